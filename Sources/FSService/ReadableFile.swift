package import AgentCore
package import NIOCore

/// A file opened to be sent, as a sequence of chunks.
///
/// A chunk is read when it is asked for and not kept, so a slow client costs one chunk of memory. Each iteration starts
/// at the beginning of the file. The file is closed when the last copy of this value and its iterators is gone.
package struct ReadableFile: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    enum Source: Sendable {
        /// All of a small file.
        case contents(ByteBuffer)
        /// `length` is `nil` when only the end of the file will tell.
        case descriptor(Descriptor, length: Int64?)
    }

    package let path: FilePath
    package let modificationTime: UnixTime
    private let source: Source
    private let blocking: BlockingPool

    init(path: FilePath, modificationTime: UnixTime, source: Source, blocking: BlockingPool) {
        self.path = path
        self.modificationTime = modificationTime
        self.source = source
        self.blocking = blocking
    }

    /// How many bytes the sequence yields, or `nil` when the kernel does not say (large files in `/proc`).
    package var length: Int64? {
        switch source {
        case .contents(let contents): Int64(contents.readableBytes)
        case .descriptor(_, let length): length
        }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(file: self)
    }

    /// Yields exactly `length` bytes: what is appended meanwhile is left out.
    package struct Iterator: AsyncIteratorProtocol {
        private let file: ReadableFile
        private var offset: Int64 = 0

        fileprivate init(file: ReadableFile) {
            self.file = file
        }

        /// The next chunk, at most ``FileSystemService/chunkSize`` bytes.
        ///
        /// - Throws: `conflict` when the file has become shorter than `length`: what was sent is then not a whole
        ///   file, and the transfer must be broken off. `internalError` and others when reading fails.
        package mutating func next() async throws -> ByteBuffer? {
            let chunk = try await file.chunk(at: offset)
            offset += Int64(chunk?.readableBytes ?? 0)
            return chunk
        }
    }
}

extension ReadableFile {
    fileprivate func chunk(at offset: Int64) async throws -> ByteBuffer? {
        switch source {
        case .contents(let contents):
            return offset == 0 && contents.readableBytes > 0 ? contents : nil
        case .descriptor(let descriptor, let length):
            let limit = Swift.min(Int64(FileSystemService.chunkSize), (length ?? .max) - offset)
            guard limit > 0 else { return nil }
            let chunk = try await blocking.run { [path] () throws(AgentError) in
                try Self.chunk(of: descriptor, at: offset, limit: Int(limit), path: path)
            }
            if length != nil, chunk.readableBytes < limit { throw truncated(at: offset + Int64(chunk.readableBytes)) }
            return chunk.readableBytes > 0 ? chunk : nil
        }
    }

    private func truncated(at end: Int64) -> AgentError {
        .conflict("cannot read \(path): it was cut to \(end) bytes while it was being sent; read it again")
    }

    /// Reads up to `limit` bytes, fewer only at the end of the file. Blocks.
    static func chunk(
        of descriptor: Descriptor, at offset: Int64, limit: Int, path: FilePath
    ) throws(AgentError) -> ByteBuffer {
        var chunk = ByteBufferAllocator().buffer(capacity: limit)
        do {
            try chunk.writeWithUnsafeMutableBytes(minimumWritableBytes: limit) { space in
                try SystemCalls.read(descriptor, into: .init(rebasing: space[..<limit]), at: offset, path: path)
            }
        } catch let error as AgentError {
            throw error
        } catch {
            throw .internalError("cannot read \(path)", cause: "\(error)")
        }
        return chunk
    }
}
