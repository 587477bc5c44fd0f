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
    /// - Parameter names: of files and directories that are left out, wherever they are.
    /// - Throws: `notFound`, `permissionDenied`; `invalidArgument` for what is not a directory. The first share of the
    ///   tree is read here, so that a small tree is either sent whole or refused.
    package func pack(
        _ directory: FilePath, as format: ArchiveFormat, level: CompressionLevel = .default,
        leavingOut names: Set<String> = []
    ) async throws -> PackedDirectory {
        let (reader, first) = try await archiving.run { () throws(AgentError) in
            let reader = try TreeReader(
                directory, keepsHardLinks: format == .tarZstd, leavingOut: Set(names.map { Array($0.utf8) }))
            return (reader, try reader.next(1, limit: PackedDirectory.firstShare))
        }
        return PackedDirectory(reader: reader, first: first, format: format, level: level, blocking: archiving)
    }
}

/// A directory as an archive, made chunk by chunk as it is asked for. It can be iterated once.
///
/// While some of the tree is compressed the next is read, on two threads; between two chunks none is held, so a slow
/// client costs a few megabytes of memory and nothing else.
package struct PackedDirectory: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    /// Read before the first byte goes out, in bytes. Each share is twice as large as the one before, up to a limit: the
    /// first bytes go out at once.
    static let firstShare = 128 * 1024

    private let reader: TreeReader
    private let first: [PackBatch]
    private let format: ArchiveFormat
    private let level: CompressionLevel
    private let blocking: BlockingPool

    init(
        reader: TreeReader, first: [PackBatch], format: ArchiveFormat, level: CompressionLevel, blocking: BlockingPool
    ) {
        self.reader = reader
        self.first = first
        self.format = format
        self.level = level
        self.blocking = blocking
    }

    package func makeAsyncIterator() -> Iterator {
        switch format {
        case .zip: Iterator(.zip(ZipPacking(reader: reader, pending: first, level: level, blocking: blocking)))
        case .tarZstd:
            Iterator(.tar(TarPacking(reader: reader, pending: first.first, level: level, blocking: blocking)))
        }
    }

    package struct Iterator: AsyncIteratorProtocol {
        enum Packing {
            case zip(ZipPacking)
            case tar(TarPacking)
        }

        private var packing: Packing

        init(_ packing: Packing) {
            self.packing = packing
        }

        /// The next piece of the archive, of at most about a megabyte.
        ///
        /// - Throws: what reading the tree throws. What was sent is then not a whole archive, and the transfer must be
        ///   broken off.
        package mutating func next() async throws -> ByteBuffer? {
            switch packing {
            case .zip(var zip):
                defer { packing = .zip(zip) }
                return try await zip.next()
            case .tar(var tar):
                defer { packing = .tar(tar) }
                return try await tar.next()
            }
        }
    }
}
