import AgentCore
import NIOCore

extension FileSystemService {
    /// Appends what `spool` holds to a file that is being written.
    package func write(_ spool: Spool, to file: inout FileWriter) async throws {
        var offset: Int64 = 0
        while offset < spool.size {
            let start = offset
            let chunk = try await blocking.run { [spoolDirectory] () throws(AgentError) in
                let limit = Int(min(Int64(Self.chunkSize), spool.size - start))
                return try ReadableFile.chunk(of: spool.descriptor, at: start, limit: limit, path: spoolDirectory)
            }
            guard chunk.readableBytes > 0 else { throw AgentError.internalError("a spooled upload is cut short") }
            offset += Int64(chunk.readableBytes)
            try await file.write(chunk)
        }
    }
}
