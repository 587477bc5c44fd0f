import CEpoll
import Glibc

/// One thread that waits on many descriptors and timers at once (`man 7 epoll`).
///
/// It serves pipes, pidfds and inotify, so that no child and no followed file costs a thread. It is a serial executor
/// too: an actor that names it as its executor runs on the thread, and the handlers given here may enter that actor
/// with `assumeIsolated`. Handlers and jobs must not block, because everything else on the loop waits for them.
///
/// All members may be used from any thread. The thread ends when the loop is released, after the jobs already queued.
package final class DescriptorLoop: SerialExecutor {
    /// What became possible on a watched descriptor: its `epoll_event` flags (`man 2 epoll_ctl`).
    package struct Readiness: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
        package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    }

    /// Names a watch for `unwatch`.
    package struct Watch: Sendable, Hashable {
        let descriptor: Int32
        let id: UInt64
    }

    /// Names a timer for `cancel`.
    package struct Timer: Sendable, Hashable {
        let id: UInt64
    }

    private let core: LoopCore

    /// - Parameters:
    ///   - name: the thread's name; the kernel keeps the first 15 bytes.
    ///   - niceness: the thread's scheduling priority, as `ThreadExecutor` has it.
    /// - Throws: `AgentError` when the process is out of descriptors, memory or threads.
    package init(name: String, niceness: Int32 = 0) throws(AgentError) {
        core = try LoopCore()
        let executor = UnownedSerialExecutor(ordinary: self)
        try DetachedThread.start(name: name, niceness: niceness) { [core] in core.run(on: executor) }
    }

    deinit { core.stop() }

    /// Calls `handler` on the loop's thread whenever, and as long as, the descriptor is ready (level-triggered). Errors
    /// and hang-ups are always reported.
    ///
    /// The handler is kept until `unwatch`, which must come before the descriptor is closed.
    package func watch(
        _ descriptor: borrowing OwnedDescriptor,
        for readiness: Readiness = .readable,
        handler: @escaping @Sendable (Readiness) -> Void
    ) throws(AgentError) -> Watch {
        try core.watch(descriptor.rawValue, for: readiness.rawValue) { handler(Readiness(rawValue: $0)) }
    }

    /// Waits for something else on a watched descriptor from now on.
    package func change(_ watch: Watch, to readiness: Readiness) {
        core.change(watch, to: readiness.rawValue)
    }

    /// Ends a watch. Called on the loop's thread, its handler is not called again; from elsewhere, it may be running.
    package func unwatch(_ watch: Watch) {
        core.unwatch(watch)
    }

    /// Calls `action` on the loop's thread once `delay` has passed, to the millisecond, unless cancelled before.
    @discardableResult
    package func schedule(after delay: Duration, action: @escaping @Sendable () -> Void) -> Timer {
        core.schedule(at: .now + delay, action: action)
    }

    /// Forgets a timer; one that has fired already is no mistake.
    package func cancel(_ timer: Timer) {
        core.cancel(timer)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        core.enqueue(UnownedJob(job))
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    package func checkIsolated() {
        precondition(core.isOnThread, "not on the thread of the descriptor loop")
    }

    package func isIsolatingCurrentContext() -> Bool? {
        core.isOnThread
    }
}
