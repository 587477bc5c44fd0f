import AgentCore
import Glibc
import Synchronization

/// A process that runs on its own, from its birth until nobody can ask for it any more.
///
/// Runs on the thread of the loop that drains the output of all spawned processes.
actor SpawnedProcess {
    /// How long output may come after the process's exit, from others that hold its pipes, before the exit is told.
    private static let lingerAfterExit = Duration.milliseconds(250)

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    nonisolated let id = ProcessID()
    nonisolated let command: Command
    nonisolated let startedAt = UnixTime.now
    nonisolated let child: ChildProcess
    nonisolated let input: ProcessInput
    nonisolated let output: any OutputSource
    /// What it shows, when it has a terminal.
    nonisolated var terminal: TerminalOutput? { output as? TerminalOutput }
    nonisolated let usage = UsageMeter()
    private nonisolated let ending = Mutex<ProcessRecord.Ending?>(nil)
    private nonisolated let loop: DescriptorLoop
    private let drains: [any OutputDrain]
    private var timers: [DescriptorLoop.Timer] = []
    private var hasFinished = false

    init(
        _ command: Command, child: ChildProcess, input: ProcessInput, drains: sending [any OutputDrain],
        output: any OutputSource, loop: DescriptorLoop
    ) {
        self.command = command
        self.child = child
        self.input = input
        self.drains = drains
        self.output = output
        self.loop = loop
    }

    nonisolated var record: ProcessRecord {
        ProcessRecord(
            id: id, pid: child.pid, program: command.program, arguments: command.arguments,
            hasTerminal: terminal != nil,
            startedAt: startedAt, ending: ending.withLock { $0 })
    }

    /// Begins to wait for the process and to drain its output. To be called once, soon after birth.
    ///
    /// - Parameters:
    ///   - timeout: after which the process's group is ended.
    ///   - onExit: called on the loop's thread, right after the exit.
    /// - Throws: `AgentError` when the process cannot be waited for; it is killed then.
    func begin(
        timeout: Duration?, grace: Duration, onExit: @escaping @Sendable () -> Void
    ) throws {
        try child.assumeIsolated { child in
            try child.supervise { [self] status in
                assumeIsolated { $0.exited(status) }
                onExit()
            }
        }
        do {
            for (index, drain) in drains.enumerated() {
                try drain.start(on: loop) { [self] in assumeIsolated { $0.drain(index) } }
            }
        } catch {
            child.assumeIsolated { $0.kill() }
            throw error
        }
        if let timeout {
            schedule(after: timeout) { process in process.child.assumeIsolated { $0.terminate(grace: grace) } }
        }
    }

    /// - Throws: `conflict` when the input is closed already.
    func endInput() async throws(AgentError) {
        guard let terminal = drains.first as? TerminalDrain else { return try input.end() }
        _ = try await input.write([terminal.endOfFile], within: .seconds(1))
    }

    /// - Throws: `invalidArgument` when it has no terminal, `conflict` when it has ended.
    func resize(to size: TerminalSize) throws(AgentError) {
        guard let terminal = drains.first as? TerminalDrain else { throw Self.noTerminalError }
        try terminal.resize(to: size)
    }

    static let noTerminalError = AgentError.invalidArgument(
        "the process has no terminal; spawn it with allocate_tty to give it one")

    /// Lets go of what was written; what is still to come is thrown away, so that nobody who writes has to wait.
    func forget() {
        for drain in drains { drain.forget() }
    }

    private func drain(_ index: Int) {
        drains[index].drain(on: loop)
        if !drains[index].isOpen { finishIfComplete() }
    }

    private func exited(_ status: ExitStatus) {
        ending.withLock { $0 = ProcessRecord.Ending(status: status, time: .now) }
        for timer in timers { loop.cancel(timer) }
        timers = []
        input.close()
        finishAfterLinger()
        finishIfComplete()
    }

    /// What waits for a reader is waited for, whoever holds the other end.
    private func finishAfterLinger() {
        schedule(after: Self.lingerAfterExit) { process in
            if process.drains.contains(where: \.isPaused) { process.finishAfterLinger() } else { process.finish() }
        }
    }

    private func finishIfComplete() {
        if drains.allSatisfy({ !$0.isOpen }) { finish() }
    }

    private func finish() {
        guard !hasFinished, let status = ending.withLock({ $0?.status }) else { return }
        hasFinished = true
        for timer in timers { loop.cancel(timer) }
        timers = []
        output.finish(status)
    }

    private func schedule(after delay: Duration, action: @escaping @Sendable (isolated SpawnedProcess) -> Void) {
        timers.append(loop.schedule(after: delay) { [self] in assumeIsolated(action) })
    }
}
