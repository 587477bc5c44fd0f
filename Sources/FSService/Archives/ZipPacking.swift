import AgentCore
import NIOCore

/// Makes one zip of a tree, two shares at a time: deflating takes far longer than reading, and the entries of a zip do
/// not depend on one another. A file that is larger than a share is compressed by itself.
struct ZipPacking {
    private static let largestShare = 512 * 1024

    private let reader: TreeReader
    /// What was read and is not compressed yet; empty at the end of the tree.
    private var pending: [PackBatch]
    private let level: CompressionLevel
    private let blocking: BlockingPool
    private var zip = ZipAssembler()
    /// Writes the file that goes on in the next share.
    private var writer: ArchiveWriter?
    private var isFinished = false
    private var share = PackedDirectory.firstShare

    init(reader: TreeReader, pending: [PackBatch], level: CompressionLevel, blocking: BlockingPool) {
        self.reader = reader
        self.pending = pending
        self.level = level
        self.blocking = blocking
    }

    mutating func next() async throws -> ByteBuffer? {
        while !pending.isEmpty {
            let chunk = try await advance()
            if chunk.readableBytes > 0 { return chunk }
        }
        if isFinished { return nil }
        isFinished = true
        return zip.finish()
    }

    /// Compresses what is pending as far as it can be done side by side, and reads as much again.
    private mutating func advance() async throws -> ByteBuffer {
        let current = takeSideBySide()
        share = min(2 * share, Self.largestShare)
        async let upcoming = blocking.run { [reader, share, missing = 2 - pending.count] () throws(AgentError) in
            try reader.next(missing, limit: share)
        }
        let chunk = try await compress(current)
        pending += try await upcoming
        return chunk
    }

    private mutating func takeSideBySide() -> [PackBatch] {
        let areWhole = pending.count > 1 && pending.allSatisfy { !$0.startsInFile && !$0.endsInFile }
        let count = areWhole ? pending.count : 1
        defer { pending.removeFirst(count) }
        return Array(pending.prefix(count))
    }

    private mutating func compress(_ batches: [PackBatch]) async throws -> ByteBuffer {
        guard let first = batches.first else { return ByteBuffer() }
        guard let second = batches.dropFirst().first else { return try await compressAlone(first) }
        async let other = archive(second)
        var chunk = try zip.complete(try await archive(first))
        var rest = try zip.complete(try await other)
        chunk.writeBuffer(&rest)
        return chunk
    }

    private mutating func compressAlone(_ batch: PackBatch) async throws -> ByteBuffer {
        let writer = try self.writer ?? ArchiveWriter(.zip, level: level)
        self.writer = batch.endsInFile ? writer : nil
        let (part, end) = try await blocking.run { () throws(AgentError) in
            let part = try writer.write(batch)
            return (part, batch.endsInFile ? nil : try writer.finish())
        }
        var chunk = zip.add(part)
        guard let end else { return chunk }
        var rest = try zip.complete(end)
        chunk.writeBuffer(&rest)
        return chunk
    }

    private func archive(_ batch: PackBatch) async throws -> ByteBuffer {
        try await blocking.run { [level] () throws(AgentError) in
            try ArchiveWriter.archive(batch, .zip, level: level)
        }
    }
}
