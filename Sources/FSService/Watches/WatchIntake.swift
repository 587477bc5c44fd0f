import AgentCore
import Synchronization

/// Takes the events of one inotify instance out of the kernel as soon as they are there, whatever it takes to look into
/// them: the kernel keeps 16,384 of them by default and drops what comes then.
///
/// Holds up to 16 MiB, some 300,000 events; beyond that the kernel's queue has to do.
final class WatchIntake: Sendable {
    private struct State {
        /// `nil` once stopped.
        var inotify: InotifyInstance?
        /// `nil` while there is no room for more.
        var watch: DescriptorLoop.Watch?
        var bytes: [UInt8] = []
        /// How many bytes have been read ever.
        var position: UInt64 = 0
        /// Whether somebody is at work on what was read, and will look for more.
        var isAttended = true
        var onEvents: @Sendable () -> Void = {}
    }

    private static let capacity = 16 << 20

    private let loop: DescriptorLoop
    private let state: Mutex<State>

    /// - Parameter inotify: read on the thread of `loop`.
    init(_ inotify: InotifyInstance, loop: DescriptorLoop) {
        self.loop = loop
        state = Mutex(State(inotify: inotify))
    }

    /// Begins to read. Attended by the caller, who must call `take` until `rest` returns `true`.
    ///
    /// - Parameter onEvents: called on the loop's thread when there are events and nobody attends to them. From then on
    ///   the callee attends, on another thread.
    func start(onEvents: @escaping @Sendable () -> Void) throws(AgentError) {
        state.withLock { $0.onEvents = onEvents }
        try resume()
    }

    /// Reads what there is now; returns how many bytes have been read ever. All that happened before the call is in
    /// those, unless there is no room.
    @discardableResult
    func drain() -> UInt64 {
        state.withLock { state in
            let before = state.bytes.count
            state.inotify?.read(into: &state.bytes, limit: Self.capacity)
            state.position += UInt64(state.bytes.count - before)
            if state.bytes.count >= Self.capacity, let watch = state.watch {
                loop.unwatch(watch)
                state.watch = nil
            }
            return state.position
        }
    }

    /// What has been read and not been taken.
    func take() -> [UInt8] {
        drain()
        let bytes = state.withLock { state in
            defer { state.bytes = [] }
            return state.bytes
        }
        if bytes.count >= Self.capacity { try? resume() }
        return bytes
    }

    /// Ends the attention of the caller, unless there is more to take.
    func rest() -> Bool {
        drain()
        return state.withLock { state in
            if state.bytes.isEmpty { state.isAttended = false }
            return !state.isAttended
        }
    }

    /// Reads nothing any more and lets go of the instance.
    func stop() {
        let (inotify, watch) = state.withLock { state in
            defer { state = State() }
            return (state.inotify, state.watch)
        }
        if let watch { loop.unwatch(watch) }
        // Released here, outside the lock.
        _ = inotify
    }

    private func resume() throws(AgentError) {
        guard let inotify = state.withLock({ $0.inotify }) else { return }
        let watch = try loop.watch(inotify.descriptor) { [weak self] _ in self?.arrived() }
        let isStopped = state.withLock { state in
            if state.inotify != nil { state.watch = watch }
            return state.inotify == nil
        }
        if isStopped { loop.unwatch(watch) }
    }

    private func arrived() {
        drain()
        let onEvents = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isAttended, !state.bytes.isEmpty else { return nil }
            state.isAttended = true
            return state.onEvents
        }
        onEvents?()
    }
}
