import AgentCore
package import NIOCore

/// A file being written.
///
/// Unless its options place the bytes into a file that is there, nobody sees it before `commit` puts it in place of the
/// target in one step; `abort`, or simply letting go of it, leaves the target as it was and nothing else behind. It
/// cannot be copied, so there is one writer.
package struct FileWriter: ~Copyable, Sendable {
    /// How much is gathered before it is written, in bytes: waking a thread for less takes longer than the writing.
    private static let batchSize = 1024 * 1024
    /// A hop to the pool is made for this many buffers at the latest: each may hold on to far more memory than the
    /// bytes it shows.
    private static let maximumPending = 64
    /// Buffers with fewer bytes are put together, for each holds on to the memory of a whole read: a client that sends
    /// byte by byte would have the agent keep a thousand times as much.
    private static let smallBuffer = 4096

    private let destination: any WriteDestination
    private let blocking: BlockingPool
    private var pending: [ByteBuffer] = []
    private var pendingBytes = 0

    init(destination: any WriteDestination, blocking: BlockingPool) {
        self.destination = destination
        self.blocking = blocking
    }

    /// Appends `buffer`. Buffers are gathered up to 1 MiB, so the error of one may be thrown by a later call.
    ///
    /// - Throws: `insufficientStorage` when the disk or the quota is full. The file can then only be aborted.
    package mutating func write(_ buffer: ByteBuffer) async throws {
        if buffer.readableBytes < Self.smallBuffer, let last = pending.indices.last,
            pending[last].readableBytes < Self.smallBuffer
        {
            pending[last].writeImmutableBuffer(buffer)
        } else {
            pending.append(buffer)
        }
        pendingBytes += buffer.readableBytes
        if pendingBytes >= Self.batchSize || pending.count >= Self.maximumPending { try await flush() }
    }

    /// Writes what is gathered, so that a file that waits for its commit costs no memory. Throws what `write` throws.
    package mutating func flush() async throws {
        let batch = takePending()
        try await blocking.run { [destination] () throws(AgentError) in
            try Self.write(batch, to: destination)
        }
    }

    /// Writes what is left, gives the file its mode and owner and puts it in place of the target.
    ///
    /// - Throws: what `write` throws; `permissionDenied` when the owner of the replaced file cannot be kept. The target is
    ///   then as it was.
    package consuming func commit() async throws {
        let batch = takePending()
        do {
            try await blocking.run { [destination] () throws(AgentError) in
                try Self.write(batch, to: destination)
                try destination.commit()
            }
        } catch {
            await abort()
            throw error
        }
    }

    /// Breaks the write off, also in a cancelled task. When it returns, the space is free again; of a write into a file
    /// that is there, what has arrived is in the file.
    package consuming func abort() async {
        let batch = takePending()
        await blocking.runAlways { [destination] in
            if destination.keepsParts { try? Self.write(batch, to: destination) }
            destination.discard()
        }
    }

    private mutating func takePending() -> [ByteBuffer] {
        defer { pendingBytes = 0 }
        return exchange(&pending, with: [])
    }

    private static func write(_ batch: [ByteBuffer], to destination: any WriteDestination) throws(AgentError) {
        for buffer in batch {
            let result = buffer.withUnsafeReadableBytes { bytes in
                Result { () throws(AgentError) in try destination.write(bytes) }
            }
            try result.get()
        }
    }
}
