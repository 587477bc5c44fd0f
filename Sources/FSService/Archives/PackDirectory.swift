import AgentCore
package import NIOCore

extension FileSystemService {
    /// Packs all that is in a directory into an archive that is made while it is sent.
    ///
    /// Entries are named relative to the directory, in order. Modes and modification times go with them, empty
    /// directories and symbolic links too; tar also has nanoseconds, owners and hard links, which become copies in a
    /// zip. Links are not followed, except to the directory itself. Sockets, FIFOs, devices and what the agent has not
    /// completed yet are left out.
    ///
    /// - Throws: `notFound`, `permissionDenied`; `invalidArgument` for what is not a directory. The first share of the
    ///   tree is read here, so that a small tree is either sent whole or refused.
    package func pack(
        _ directory: FilePath, as format: ArchiveFormat, level: CompressionLevel = .default
    ) async throws -> PackedDirectory {
        let (reader, writer, first) = try await archiving.run { () throws(AgentError) in
            let reader = try TreeReader(directory, keepsHardLinks: format == .tarZstd)
            return (
                reader, try ArchiveWriter(format, level: level), try reader.next(limit: PackedDirectory.firstShare)
            )
        }
        return PackedDirectory(reader: reader, writer: writer, first: first, blocking: archiving)
    }
}

/// A directory as an archive, made chunk by chunk as it is asked for. It can be iterated once.
///
/// While one share of the tree is compressed the next one is read, on two threads; between two chunks none is held, so
/// a slow client costs about 3 MiB of memory and nothing else.
package struct PackedDirectory: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    /// Read before the first byte goes out, in bytes.
    static let firstShare = 128 * 1024
    private static let share = 1024 * 1024

    private let reader: TreeReader
    private let writer: ArchiveWriter
    private let first: PackBatch?
    private let blocking: BlockingPool

    init(reader: TreeReader, writer: ArchiveWriter, first: PackBatch?, blocking: BlockingPool) {
        self.reader = reader
        self.writer = writer
        self.first = first
        self.blocking = blocking
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(reader: reader, writer: writer, pending: first, blocking: blocking)
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: TreeReader
        fileprivate let writer: ArchiveWriter
        /// What was read and is not compressed yet; `nil` at the end of the tree.
        fileprivate var pending: PackBatch?
        fileprivate let blocking: BlockingPool
        private var isFinished = false

        fileprivate init(reader: TreeReader, writer: ArchiveWriter, pending: PackBatch?, blocking: BlockingPool) {
            self.reader = reader
            self.writer = writer
            self.pending = pending
            self.blocking = blocking
        }

        /// The next piece of the archive, of at most about a megabyte.
        ///
        /// - Throws: what reading the tree throws. What was sent is then not a whole archive, and the transfer must be
        ///   broken off.
        package mutating func next() async throws -> ByteBuffer? {
            while let batch = pending {
                let (chunk, upcoming) = try await advance(batch)
                pending = upcoming
                if chunk.readableBytes > 0 { return chunk }
            }
            if isFinished { return nil }
            isFinished = true
            return try await blocking.run { [writer] () throws(AgentError) in try writer.finish() }
        }

        /// Compresses `batch` and reads the one after it.
        private func advance(_ batch: PackBatch) async throws -> (ByteBuffer, PackBatch?) {
            async let upcoming = blocking.run { [reader] () throws(AgentError) in
                try reader.next(limit: PackedDirectory.share)
            }
            let chunk = try await blocking.run { [writer] () throws(AgentError) in try writer.write(batch) }
            return (chunk, try await upcoming)
        }
    }
}
