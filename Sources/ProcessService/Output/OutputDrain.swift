import AgentCore
import Glibc

/// Takes what a process writes out of a pipe as it comes, so that the process never waits. Used on the thread of the
/// descriptor loop only.
final class OutputDrain {
    private static let chunkSize = 64 * 1024

    private let descriptor: OwnedDescriptor
    private let stream: OutputStream
    private var journal: OutputJournal?
    private var watch: DescriptorLoop.Watch?

    init(_ descriptor: consuming OwnedDescriptor, stream: OutputStream, journal: OutputJournal) {
        self.descriptor = descriptor
        self.stream = stream
        self.journal = journal
    }

    /// Whether more may come.
    var isOpen: Bool { watch != nil }

    /// Has `handler` called, on the loop's thread, whenever `drain` has something to do.
    func start(on loop: DescriptorLoop, handler: @escaping @Sendable () -> Void) throws(AgentError) {
        watch = try loop.watch(descriptor) { _ in handler() }
    }

    func stop(on loop: DescriptorLoop) {
        watch.map { loop.unwatch($0) }
        watch = nil
    }

    /// From now on takes what comes and throws it away.
    func forget() {
        journal = nil
    }

    /// Takes one chunk out of the pipe, without waiting for one. False when every writer has closed the pipe.
    func drain() -> Bool {
        let headerSize = JournalRecord.headerSize
        return withUnsafeTemporaryAllocation(byteCount: headerSize + Self.chunkSize, alignment: 16) { buffer in
            let count = read(descriptor.rawValue, buffer.baseAddress?.advanced(by: headerSize), Self.chunkSize)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            journal?.append(stream, UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(headerSize + count)))
            return true
        }
    }
}
