import AgentCore
import CFileSystem
import Glibc
package import NIOCore

/// An upload that waits to be unpacked or put in place, on disk without a name: it is gone with its last holder, and with
/// the agent at the latest.
package final class Spool: Sendable {
    /// In bytes.
    package let size: Int64
    let descriptor: Descriptor

    init(descriptor: Descriptor, size: Int64) {
        self.descriptor = descriptor
        self.size = size
    }
}

extension FileSystemService {
    /// Takes an upload in, chunk by chunk: the next is taken when the one before is on its way to the disk.
    ///
    /// Nothing is left when `chunks` throws or the task is cancelled.
    ///
    /// - Throws: `insufficientStorage` when the disk of the spool directory is full, and what `chunks` throws.
    package func spool<Chunks: AsyncSequence>(
        _ chunks: Chunks
    ) async throws -> Spool where Chunks.Element == ByteBuffer {
        let directory = spoolDirectory
        let descriptor = try await blocking.run { () throws(AgentError) in try Self.openUnnamed(in: directory) }
        var size: Int64 = 0
        var pending = ByteBuffer()
        for try await var chunk in chunks {
            size += Int64(chunk.readableBytes)
            pending.writeBuffer(&chunk)
            if pending.readableBytes >= Self.chunkSize {
                try await append(exchange(&pending, with: ByteBuffer()), to: descriptor)
            }
        }
        try await append(pending, to: descriptor)
        return Spool(descriptor: descriptor, size: size)
    }

    private func append(_ bytes: ByteBuffer, to descriptor: Descriptor) async throws {
        let (directory, floor) = (spoolDirectory, diskFloor)
        try await blocking.run { () throws(AgentError) in
            try floor.check(bytes.readableBytes, on: descriptor, path: directory)
            let written = bytes.withUnsafeReadableBytes { bytes in
                Result { () throws(AgentError) in try SystemCalls.write(descriptor, from: bytes, path: directory) }
            }
            try written.get()
        }
    }

    private static func openUnnamed(in directory: FilePath) throws(AgentError) -> Descriptor {
        let unnamed = directory.withCString { open($0, O_RDWR | GA_O_TMPFILE | O_CLOEXEC, 0o600) }
        if unnamed >= 0 { return Descriptor(adopting: unnamed) }
        // Not every file system has files without a name: there it is given one and loses it at once.
        let name = directory.appending(try HiddenName.make())
        let mode = FileMode(rawValue: 0o600)
        let named = try SystemCalls.open(
            name, O_RDWR | O_CREAT | O_EXCL, mode: mode, operation: "write", shownAs: directory)
        _ = name.withCString { unlink($0) }
        return named
    }
}
