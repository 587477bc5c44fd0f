import AgentCore
package import NIOCore

/// What a spool holds, read as it is asked for.
package struct SpoolContents: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let spool: Spool
    let directory: FilePath
    let blocking: BlockingPool
    private var offset: Int64 = 0

    init(spool: Spool, directory: FilePath, blocking: BlockingPool) {
        self.spool = spool
        self.directory = directory
        self.blocking = blocking
    }

    package func makeAsyncIterator() -> SpoolContents { self }

    /// The next piece; `nil` at the end. Throws `internalError` when the disk gives less than was put there.
    package mutating func next() async throws -> ByteBuffer? {
        guard offset < spool.size else { return nil }
        let (start, limit) = (offset, Int(Swift.min(Int64(FileSystemService.chunkSize), spool.size - offset)))
        let chunk = try await blocking.run { [spool, directory] () throws(AgentError) in
            try ReadableFile.chunk(of: spool.descriptor, at: start, limit: limit, path: directory)
        }
        guard chunk.readableBytes > 0 else { throw AgentError.internalError("a spooled file is cut short") }
        offset += Int64(chunk.readableBytes)
        return chunk
    }
}

extension FileSystemService {
    package func contents(of spool: Spool) -> SpoolContents {
        SpoolContents(spool: spool, directory: spoolDirectory, blocking: blocking)
    }
}
