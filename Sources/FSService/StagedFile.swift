import AgentCore
package import NIOCore

/// A file being written, not yet visible to anyone.
///
/// `commit` puts it in place of the target in one step; `abort`, or simply letting go of it, leaves the target as it
/// was and nothing else behind. It cannot be copied, so there is one writer.
package struct StagedFile: ~Copyable, Sendable {
    /// How much is gathered before it is written, in bytes: waking a thread for less takes longer than the writing.
    private static let batchSize = 1024 * 1024
    /// A hop to the pool is made for this many buffers at the latest: each may hold on to far more memory than the
    /// bytes it shows.
    private static let maximumPending = 64

    private let path: FilePath
    private let mode: FileMode?
    private let staging: Staging
    private let blocking: BlockingPool
    private var pending: [ByteBuffer] = []
    private var pendingBytes = 0

    init(path: FilePath, mode: FileMode?, staging: Staging, blocking: BlockingPool) {
        self.path = path
        self.mode = mode
        self.staging = staging
        self.blocking = blocking
    }

    /// Appends `buffer`. Buffers are gathered up to 1 MiB, so the error of one
    /// may be thrown by a later call.
    ///
    /// - Throws: `insufficientStorage` when the disk or the quota is full. The file can then only be aborted.
    package mutating func write(_ buffer: ByteBuffer) async throws {
        pending.append(buffer)
        pendingBytes += buffer.readableBytes
        guard pendingBytes >= Self.batchSize || pending.count >= Self.maximumPending else { return }
        let batch = takePending()
        try await blocking.run { [staging, path] () throws(AgentError) in
            try Self.write(batch, to: staging.descriptor, path: path)
        }
    }

    /// Writes what is left, gives the file its mode and owner and puts it in place of the target.
    ///
    /// - Throws: what `write` throws; `permissionDenied` when the owner of the replaced file cannot be kept. The target is
    ///   then as it was.
    package consuming func commit() async throws {
        let batch = takePending()
        do {
            try await blocking.run { [staging, path, mode] () throws(AgentError) in
                try Self.write(batch, to: staging.descriptor, path: path)
                try staging.publish(mode: mode)
            }
        } catch {
            await abort()
            throw error
        }
    }

    /// Throws the file away, also in a cancelled task. When it returns, the space is free again.
    package consuming func abort() async {
        await blocking.runAlways { [staging] in staging.discard() }
    }

    private mutating func takePending() -> [ByteBuffer] {
        defer { pendingBytes = 0 }
        return exchange(&pending, with: [])
    }

    private static func write(_ batch: [ByteBuffer], to descriptor: Descriptor, path: FilePath) throws(AgentError) {
        for buffer in batch { try SystemCalls.write(descriptor, buffer, path: path) }
    }
}
