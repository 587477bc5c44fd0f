import AgentCore
import Glibc

/// Takes what a process writes out of a pipe as it comes, so that the process never waits. Used on the thread of the
/// descriptor loop only.
final class PipeDrain: OutputDrain {
    private static let chunkSize = 64 * 1024

    /// `nil` when everybody who could write has gone.
    private var pipe: DescriptorBox?
    private let stream: OutputStream
    private var journal: OutputJournal?
    private var watch: DescriptorLoop.Watch?

    init(_ descriptor: consuming OwnedDescriptor, stream: OutputStream, journal: OutputJournal) {
        pipe = DescriptorBox(descriptor)
        self.stream = stream
        self.journal = journal
    }

    var isOpen: Bool { pipe != nil }
    /// A journal always has room.
    var isPaused: Bool { false }

    func start(on loop: DescriptorLoop, handler: @escaping @Sendable () -> Void) throws(AgentError) {
        guard let pipe else { return }
        watch = try loop.watch(pipe.owned) { _ in handler() }
    }

    func forget() {
        journal = nil
    }

    func drain(on loop: DescriptorLoop) {
        guard !takeChunk() else { return }
        watch.map { loop.unwatch($0) }
        watch = nil
        pipe = nil
    }

    /// False when every writer has closed the pipe.
    private func takeChunk() -> Bool {
        guard let pipe else { return false }
        let headerSize = JournalRecord.headerSize
        return withUnsafeTemporaryAllocation(byteCount: headerSize + Self.chunkSize, alignment: 16) { buffer in
            let count = read(pipe.owned.rawValue, buffer.baseAddress?.advanced(by: headerSize), Self.chunkSize)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            journal?.append(stream, UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(headerSize + count)))
            return true
        }
    }
}
