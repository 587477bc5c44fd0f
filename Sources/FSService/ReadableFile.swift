import AgentCore
package import NIOCore

/// A file opened to be sent: in chunks, or straight to a socket (``ReadableFile/send(_:to:)``).
///
/// Nothing that was read is kept, so a slow client costs one chunk of memory. The file is closed when the last copy of
/// this value and its iterators is gone.
package struct ReadableFile: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    enum Source: Sendable {
        /// All of a small file.
        case contents(ByteBuffer)
        /// `length` is `nil` when only the end of the file will tell.
        case descriptor(Descriptor, length: Int64?)
    }

    package let path: FilePath
    /// As it was when the file was opened.
    package let version: FileVersion
    let source: Source
    let blocking: BlockingPool

    init(path: FilePath, version: FileVersion, source: Source, blocking: BlockingPool) {
        self.path = path
        self.version = version
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

    /// The same file as if it ended at `length`, unless it ends before: for one that has just been appended to.
    package func limited(to length: Int64) -> ReadableFile {
        guard let whole = self.length, length < whole else { return self }
        let part: Source =
            switch source {
            case .contents(let contents):
                .contents(contents.getSlice(at: contents.readerIndex, length: Int(length)) ?? contents)
            case .descriptor(let descriptor, _): .descriptor(descriptor, length: length)
            }
        return ReadableFile(path: path, version: version, source: part, blocking: blocking)
    }

    /// All of the file, where it is so small that it was read when it was opened.
    package var contents: ByteBuffer? {
        if case .contents(let contents) = source { contents } else { nil }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(file: self)
    }

    /// Yields exactly `length` bytes, from the beginning: what is appended meanwhile is left out.
    package struct Iterator: AsyncIteratorProtocol {
        private let file: ReadableFile
        private var offset: Int64 = 0

        fileprivate init(file: ReadableFile) {
            self.file = file
        }

        /// The next chunk, at most ``FileSystemService/chunkSize`` bytes. Throws what ``ReadableFile/chunk(at:limit:)``
        /// throws.
        package mutating func next() async throws -> ByteBuffer? {
            let chunk = try await file.chunk(at: offset, limit: FileSystemService.chunkSize)
            offset += Int64(chunk.readableBytes)
            return chunk.readableBytes > 0 ? chunk : nil
        }
    }
}

extension ReadableFile {
    /// Up to `limit` bytes, fewer only at the end; empty from there on.
    ///
    /// - Throws: `conflict` when the file has become shorter than `length`: what was sent is then not a whole file,
    ///   and the transfer must be broken off. `internalError` and others when reading fails.
    package func chunk(at offset: Int64, limit: Int) async throws -> ByteBuffer {
        switch source {
        case .contents(let contents):
            let start = Swift.min(Int(offset), contents.readableBytes)
            let count = Swift.min(limit, contents.readableBytes - start)
            return contents.getSlice(at: contents.readerIndex + start, length: count) ?? ByteBuffer()
        case .descriptor(let descriptor, let length):
            let wanted = Swift.min(Int64(limit), (length ?? .max) - offset)
            guard wanted > 0 else { return ByteBuffer() }
            let chunk = try await blocking.run { [path] () throws(AgentError) in
                try Self.chunk(of: descriptor, at: offset, limit: Int(wanted), path: path)
            }
            if length != nil, chunk.readableBytes < wanted { throw truncated(at: offset + Int64(chunk.readableBytes)) }
            return chunk
        }
    }

    func truncated(at end: Int64) -> AgentError {
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
