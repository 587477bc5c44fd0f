import AgentCore
import CAgentShims
import Glibc

/// One child from its birth until it has been reaped. Leader of its own process group, which it is ended with.
///
/// Runs on the thread of the descriptor loop, which keeps it alive until the end. Waits by pidfd, so it never takes
/// the exit of a child that someone else started.
actor ChildProcess {
    private enum Phase {
        /// To `ending` by `terminate`, to `killed` by `kill`, to `reaped` by the child's exit.
        case running
        /// SIGTERM is sent and a timer will send SIGKILL. To `leaderless` by the child's exit, to `killed` by the timer.
        case ending(DescriptorLoop.Timer)
        /// The child has exited, but is left unreaped until the rest of its group has been killed: as long as its
        /// process id is taken, no stranger's group can have that number. To `reaped` by a timer.
        case leaderless
        /// SIGKILL is sent. To `reaped` by the child's exit.
        case killed
        case reaped
    }

    /// How long the rest of a group may outlive its terminated leader.
    private static let leaderlessGrace = Duration.milliseconds(100)
    private static let reapRetry = Duration.milliseconds(20)

    nonisolated let pid: pid_t
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// `nil` once the child has been reaped.
    private var pidfd: DescriptorBox?
    private let loop: DescriptorLoop
    private let onReaped: @Sendable (ChildProcess) -> Void
    private var phase = Phase.running
    private var watch: DescriptorLoop.Watch?
    private var onExit: (@Sendable (ExitStatus) -> Void)?
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// - Parameter onReaped: called once, on the loop's thread, when nothing is left of the child.
    init(
        _ newborn: consuming NewbornChild, loop: DescriptorLoop, onReaped: @escaping @Sendable (ChildProcess) -> Void
    ) {
        pid = newborn.pid
        pidfd = DescriptorBox(newborn.pidfd)
        self.loop = loop
        self.onReaped = onReaped
    }

    /// Begins to wait for the child's exit. To be called once, soon after birth.
    ///
    /// - Parameter onExit: called on the loop's thread, right after the child has been reaped.
    /// - Throws: `AgentError` when the child cannot be waited for; it is killed then, and `onExit` never called.
    func supervise(onExit: @escaping @Sendable (ExitStatus) -> Void) throws(AgentError) {
        do {
            guard let pidfd else { return }
            watch = try loop.watch(pidfd.owned) { [self] _ in assumeIsolated { $0.leaderExited() } }
            self.onExit = onExit
        } catch {
            kill()
            reap()
            throw error
        }
    }

    /// Sends SIGTERM to the group, and SIGKILL to what is left of it after `grace`.
    func terminate(grace: Duration) {
        guard case .running = phase else { return }
        signalGroup(SIGTERM)
        phase = .ending(loop.schedule(after: grace) { [self] in assumeIsolated { $0.kill() } })
    }

    /// Sends SIGKILL to the group and the session.
    func kill() {
        switch phase {
        case .running: break
        case .ending(let timer): loop.cancel(timer)
        case .leaderless, .killed, .reaped: return
        }
        killSession()
        phase = .killed
    }

    /// Sends a signal to the group, or to the child alone. SIGKILL for the group is for the whole session: the jobs of
    /// a shell at a terminal are groups of their own, and there is no shell left then to end them.
    ///
    /// - Throws: `conflict` when the child has ended.
    func signal(_ number: Int32, group: Bool) throws(AgentError) {
        if case .reaped = phase { throw .conflict("the process has ended already") }
        if group, number == SIGKILL { return killSession() }
        guard Glibc.kill(group ? -pid : pid, number) == 0 else {
            throw .system(errno: errno, operation: "send signal \(number) to process", path: "\(pid)")
        }
    }

    /// Terminates the group and returns when the child has been reaped.
    func end(grace: Duration) async {
        terminate(grace: grace)
        if case .reaped = phase { return }
        await withCheckedContinuation { waiters.append($0) }
    }

    private func leaderExited() {
        stopWatching()
        switch phase {
        case .ending(let timer):
            loop.cancel(timer)
            phase = .leaderless
            loop.schedule(after: Self.leaderlessGrace) { [self] in assumeIsolated { $0.endLeaderless() } }
        case .running, .killed: reap()
        case .leaderless, .reaped: break
        }
    }

    private func endLeaderless() {
        killSession()
        reap()
    }

    private func reap() {
        guard let pidfd else { return }
        var exit = ga_exit()
        guard ga_reap(pidfd.owned.rawValue, &exit) != EAGAIN else {
            loop.schedule(after: Self.reapRetry) { [self] in assumeIsolated { $0.reap() } }
            return
        }
        phase = .reaped
        self.pidfd = nil
        onReaped(self)
        onExit?(ExitStatus(exit))
        onExit = nil
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    private func stopWatching() {
        watch.map { loop.unwatch($0) }
        watch = nil
    }

    /// Only while the child is unreaped, as `signalGroup`.
    private func killSession() {
        signalGroup(SIGKILL)
        for entry in ProcessTable.entries() where entry.session == pid && entry.group != pid && entry.state != .defunct
        {
            _ = Glibc.kill(entry.pid, SIGKILL)
        }
    }

    /// Only while the child is unreaped, or the number might be someone else's.
    private func signalGroup(_ signal: Int32) {
        _ = Glibc.kill(-pid, signal)
    }
}
