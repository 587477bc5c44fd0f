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

    private static let chunkSize = 64 * 1024

    private(set) var bytes: [UInt8] = []
    private let descriptor: OwnedDescriptor
    let limit: Int
    private var watch: DescriptorLoop.Watch?

    /// - Parameter limit: how many bytes are kept.
    init(_ descriptor: consuming OwnedDescriptor, limit: Int) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Whether `handler` may still be called.
    var isWatched: Bool { watch != nil }

    /// Has `handler` called, on the loop's thread, whenever `read` has something to do.
    func start(on loop: DescriptorLoop, handler: @escaping @Sendable () -> Void) throws(AgentError) {
        watch = try loop.watch(descriptor) { _ in handler() }
    }

    func stop(on loop: DescriptorLoop) {
        watch.map { loop.unwatch($0) }
        watch = nil
    }

    /// Takes one chunk out of the pipe. Never waits.
    func read() -> Progress {
        withUnsafeTemporaryAllocation(byteCount: Self.chunkSize, alignment: 16) { buffer in
            let count = Glibc.read(descriptor.rawValue, buffer.baseAddress, buffer.count)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? .open : .ended }
            guard bytes.count + count <= limit else { return .overLimit }
            bytes.append(contentsOf: buffer.prefix(count))
            return .open
        }
    }
}
