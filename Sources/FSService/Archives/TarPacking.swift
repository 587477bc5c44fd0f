import AgentCore
import NIOCore

/// Makes one stream of Zstandard of a tree: while a share is compressed the next one is read.
struct TarPacking {
    private static let largestShare = 1024 * 1024

    private let reader: TreeReader
    /// What was read and is not compressed yet; `nil` at the end of the tree.
    private var pending: PackBatch?
    private let level: CompressionLevel
    private let blocking: BlockingPool
    private var writer: ArchiveWriter?
    private var isFinished = false
    private var share = PackedDirectory.firstShare

    init(reader: TreeReader, pending: PackBatch?, level: CompressionLevel, blocking: BlockingPool) {
        self.reader = reader
        self.pending = pending
        self.level = level
        self.blocking = blocking
    }

    mutating func next() async throws -> ByteBuffer? {
        if isFinished { return nil }
        let writer = try self.writer ?? ArchiveWriter(.tarZstd, level: level)
        self.writer = writer
        while let batch = pending {
            let (chunk, upcoming) = try await advance(batch, writer)
            pending = upcoming
            if chunk.readableBytes > 0 { return chunk }
        }
        isFinished = true
        return try await blocking.run { () throws(AgentError) in try writer.finish() }
    }

    /// Compresses `batch` and reads the one after it.
    private mutating func advance(_ batch: PackBatch, _ writer: ArchiveWriter) async throws -> (ByteBuffer, PackBatch?)
    {
        share = min(2 * share, Self.largestShare)
        async let upcoming = blocking.run { [reader, share] () throws(AgentError) in try reader.next(limit: share) }
        let chunk = try await blocking.run { () throws(AgentError) in try writer.write(batch) }
        return (chunk, try await upcoming)
    }
}
