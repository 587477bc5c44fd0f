import AgentCore
import Glibc

/// Collects what a child writes to one of its pipes. Used on the thread of the descriptor loop only.
final class OutputCapture {
    enum Progress {
        /// There may be more now or later.
        case open
        /// Every writer has closed the pipe.
        case ended
        /// The child wrote more than the limit; what exceeds it was not kept.
        case overLimit
    }

    /// A pipe that is being read.
    private struct Reading {
        let descriptor: DescriptorBox
        let loop: DescriptorLoop
        let watch: DescriptorLoop.Watch
    }

    private static let chunkSize = 64 * 1024

    let stream: OutputStream
    let limit: Int
    private(set) var bytes: [UInt8] = []
    private var reading: Reading?
    private var keeps = true

    /// - Parameter limit: how many bytes are kept.
    init(_ stream: OutputStream, limit: Int) {
        self.stream = stream
        self.limit = limit
    }

    /// Whether `handler` may still be called.
    var isWatched: Bool { reading != nil }

    /// Has `handler` called, on the loop's thread, whenever `read` has something to do.
    func start(
        _ pipe: consuming OwnedDescriptor, on loop: DescriptorLoop, handler: @escaping @Sendable () -> Void
    ) throws(AgentError) {
        let descriptor = DescriptorBox(pipe)
        let watch = try loop.watch(descriptor.owned) { _ in handler() }
        reading = Reading(descriptor: descriptor, loop: loop, watch: watch)
    }

    /// From now on, what is read is thrown away, and `bytes` stays as it is.
    func discard() {
        keeps = false
    }

    /// Closes the pipe.
    func stop() {
        guard let reading else { return }
        reading.loop.unwatch(reading.watch)
        self.reading = nil
    }

    /// Takes one chunk out of the pipe. Never waits.
    func read() -> Progress {
        guard let reading else { return .ended }
        return withUnsafeTemporaryAllocation(byteCount: Self.chunkSize, alignment: 16) { buffer in
            let count = Glibc.read(reading.descriptor.owned.rawValue, buffer.baseAddress, buffer.count)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? .open : .ended }
            guard keeps else { return .open }
            guard bytes.count + count <= limit else { return .overLimit }
            bytes.append(contentsOf: buffer.prefix(count))
            return .open
        }
    }
}
