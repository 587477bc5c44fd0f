import AgentCore
package import NIOCore

extension FileSystemService {
    /// Begins to write a file, of which others see nothing before it is committed, unless `options` say otherwise.
    ///
    /// Links are followed: the file they lead to is written, and created if it is missing. Missing directories are
    /// created (`rwxr-xr-x`), and removed again if the write fails and they are still empty. A file that is replaced
    /// passes on its owner, its extended attributes and access list, and its mode if `options` give none; other hard
    /// links to it keep the old content. Files that are the kernel's own (`/proc`, `/sys`) are written to as they are.
    ///
    /// - Throws: `invalidArgument` when a directory, FIFO, socket or device is there; `permissionDenied`;
    ///   `insufficientStorage`; `conflict` when a part is to begin behind the end of the file, `notFound` when there is
    ///   no file to put it into.
    package func beginWrite(_ path: FilePath, _ options: WriteOptions = WriteOptions()) async throws -> FileWriter {
        var options = options
        options.diskFloor = diskFloor
        let destination = try await blocking.run { [options] () throws(AgentError) in
            try Self.destination(path, options)
        }
        return FileWriter(destination: destination, blocking: blocking)
    }

    /// Writes a file from a stream of chunks, as `beginWrite` says; the write is broken off when the stream throws or
    /// the task is cancelled. A chunk is taken when the one before is on its way to the disk.
    ///
    /// - Throws: what `beginWrite` throws, and what `chunks` throws.
    package func write<Chunks: AsyncSequence>(
        _ chunks: Chunks, to path: FilePath, _ options: WriteOptions = WriteOptions()
    ) async throws where Chunks.Element == ByteBuffer {
        var file = try await beginWrite(path, options)
        do {
            for try await chunk in chunks { try await file.write(chunk) }
        } catch {
            await file.abort()
            throw error
        }
        try await file.commit()
    }

    private static func destination(
        _ path: FilePath, _ options: WriteOptions
    ) throws(AgentError) -> any WriteDestination {
        let target = try WriteTarget(resolving: path)
        do throws(AgentError) {
            if case .part(let offset, let truncating) = options.placement {
                return try PartialWrite(into: target, from: offset, truncating: truncating, options)
            }
            if let file = try KernelFile(target) { return file }
            return try Staging(beside: target, options)
        } catch {
            target.removeCreatedDirectories()
            throw error
        }
    }
}
