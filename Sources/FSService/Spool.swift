import AgentCore
import CFileSystem
import Glibc
package import NIOCore

/// Bytes kept on disk until it is known what becomes of them: a file without a name, gone with its last holder.
package struct Spool: Sendable {
    /// Open for reading and writing.
    let descriptor: Descriptor
    /// The directory it is in, for messages.
    let directory: FilePath
    /// In bytes.
    package let length: Int64
}

extension FileSystemService {
    /// Keeps all of `chunks` on disk, in `TMPDIR` or `/tmp`.
    ///
    /// - Throws: what `chunks` throws; `insufficientStorage` when the disk is full. Nothing is left behind then.
    package func spool<Chunks: AsyncSequence>(_ chunks: Chunks) async throws -> Spool
    where Chunks.Element == ByteBuffer {
        let directory = try FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
        let descriptor = try await blocking.run { () throws(AgentError) in
            try SystemCalls.open(directory, O_RDWR | GA_O_TMPFILE, mode: .private, operation: "spool to")
        }
        var length: Int64 = 0
        for try await chunk in chunks {
            length += Int64(chunk.readableBytes)
            try await blocking.run { () throws(AgentError) in
                try SystemCalls.write(descriptor, chunk, path: directory)
            }
        }
        return Spool(descriptor: descriptor, directory: directory, length: length)
    }

    /// Appends what `spool` holds to a file that is being written.
    package func write(_ spool: Spool, to file: inout StagedFile) async throws {
        let length = spool.length
        var offset: Int64 = 0
        while offset < length {
            let start = offset
            let chunk = try await blocking.run { () throws(AgentError) in
                let limit = Int(min(Int64(Self.chunkSize), length - start))
                return try ReadableFile.chunk(of: spool.descriptor, at: start, limit: limit, path: spool.directory)
            }
            guard chunk.readableBytes > 0 else { throw AgentError.internalError("a spooled upload is cut short") }
            offset += Int64(chunk.readableBytes)
            try await file.write(chunk)
        }
    }
}
