import AgentCore
package import NIOCore

extension FileSystemService {
    /// Begins to write a file, of which others see nothing before it is committed.
    ///
    /// Links are followed: the file they lead to is written, and created if it is missing. Missing directories are
    /// created (`rwxr-xr-x`). Other hard links to a replaced file keep the old content.
    ///
    /// - Parameter mode: the mode the file gets, untouched by the umask. `nil` keeps the mode of the file that is
    ///   replaced, and means `rw-r--r--` when there is none. The owner of a replaced file is kept either way.
    /// - Throws: `invalidArgument` when a directory, FIFO, socket or device is there; `permissionDenied`;
    ///   `insufficientStorage`.
    package func beginWrite(_ path: FilePath, mode: FileMode? = nil) async throws -> StagedFile {
        let staging = try await blocking.run { () throws(AgentError) in
            try Staging(beside: WriteTarget(resolving: path))
        }
        return StagedFile(path: path, mode: mode, staging: staging, blocking: blocking)
    }

    /// Writes a file from a stream of chunks, all of it or nothing: when the stream throws or the task is cancelled,
    /// the old file stays as it was. A chunk is taken when the one before is on its way to the disk.
    ///
    /// - Throws: what `beginWrite` throws, and what `chunks` throws.
    package func write<Chunks: AsyncSequence>(
        _ chunks: Chunks, to path: FilePath, mode: FileMode? = nil
    ) async throws where Chunks.Element == ByteBuffer {
        var file = try await beginWrite(path, mode: mode)
        do {
            for try await chunk in chunks { try await file.write(chunk) }
        } catch {
            await file.abort()
            throw error
        }
        try await file.commit()
    }
}
