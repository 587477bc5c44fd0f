package import AgentCore
import CAgentShims

/// Runs programs for clients.
///
/// Each child leads its own session and process group and inherits no descriptor of the agent's. `CommandThreads` give
/// birth to all children and wait for those of `exec`: their pipes, exits and deadlines. One thread does that for
/// spawned processes, because it writes their output to disk, and a last one reads it back. Nothing is reaped that was
/// not started here.
package final class ProcessService: Sendable {
    /// Limits, and what children inherit.
    package struct Configuration: Sendable {
        /// What every child's environment is built on.
        package var environment: [String: String]
        /// How many children may live at once.
        package var concurrencyLimit = 256
        /// How much `exec` keeps of stdout, and how much of stderr, in bytes. A command that writes more is killed.
        package var execOutputLimit = 64 * 1024 * 1024
        /// What the output of a spawned process may take on disk, in bytes; at least 1 MiB. The oldest goes first.
        package var journalSize = 64 * 1024 * 1024
        /// Where that space is taken.
        package var journalDirectory = "/tmp"
        /// How much of what a terminal shows is kept in memory, in bytes; at least 64 KiB.
        package var terminalHistory = 1024 * 1024
        /// How long an ended process and its output are kept.
        package var retention = Duration.seconds(600)
        /// How many ended processes are kept.
        package var retentionLimit = 1000
        /// How long a write to a process waits for it to read.
        package var inputTimeout = Duration.seconds(5)
        /// Between SIGTERM and SIGKILL when a command is ended early.
        package var terminationGrace = Duration.seconds(2)
        /// Between SIGTERM and SIGKILL when the agent stops.
        package var shutdownGrace = Duration.milliseconds(1500)
        /// What all children together may use.
        package var ceilings = CommandCeilings()
        /// Whether spawned processes go on when the agent stops. What they write then goes nowhere.
        package var leavesProcessesRunning = false

        /// - Parameter environment: by default the agent's own, as it is now.
        package init(environment: [String: String] = ProcessEnvironment.current()) {
            self.environment = environment
        }
    }

    let configuration: Configuration
    let threads: CommandThreads
    let launcher: ProcessLauncher
    let registry: ProcessRegistry
    let outputLoop: DescriptorLoop
    let waitingThread: WaitingThread
    let table: ChildTable
    let scaleToZero: ScaleToZero?
    /// Why the ceilings that were asked for are not there; `nil` when they are, or none were. Commands run without.
    package let ceilingsProblem: AgentError?

    /// - Parameter scaleToZero: held as long as a spawned process runs.
    /// - Throws: `AgentError` when the process is out of descriptors or threads.
    package init(
        _ configuration: Configuration = Configuration(), scaleToZero: ScaleToZero? = nil
    ) throws(AgentError) {
        self.configuration = configuration
        self.scaleToZero = scaleToZero
        table = ChildTable(limit: configuration.concurrencyLimit)
        registry = ProcessRegistry(limit: configuration.retentionLimit)
        outputLoop = try DescriptorLoop(name: "process-output")
        threads = try CommandThreads()
        waitingThread = try WaitingThread()
        let groups = Result { () throws(AgentError) in try Self.group(with: configuration.ceilings) }
        ceilingsProblem = if case .failure(let problem) = groups { problem } else { nil }
        launcher = try ProcessLauncher(
            configuration: configuration, table: table, groups: (try? groups.get()) ?? nil)
    }

    private static func group(with ceilings: CommandCeilings) throws(AgentError) -> CommandGroup? {
        guard !ceilings.limits.isEmpty else { return nil }
        let tree = ControlGroupTree(
            mountInfo: ControlGroupFile("/proc/self/mountinfo").text,
            membership: ControlGroupFile("/proc/self/cgroup").text)
        return try CommandGroup(ceilings.limits, in: tree)
    }

    /// Runs a command to its end and returns what it wrote. Its standard input is empty.
    ///
    /// The answer waits for the end of the output too, but no longer than 250 ms after the command's exit: a process
    /// it left in the background may hold its pipes for ever.
    ///
    /// - Parameter timeout: counted from the call; more than zero. `nil` waits without end.
    /// - Throws: `invalidArgument` for a request that cannot be carried out as it is (no such program, directory or
    ///   user), `timeout` at the deadline, `tooLarge` beyond the output limit, `resourceExhausted` when too many
    ///   commands run already, `unavailable` while the agent stops, `CancellationError` when the calling task is
    ///   cancelled. Whenever it throws, the command's whole process group is ended: SIGTERM, then SIGKILL.
    package func exec(_ command: Command, timeout: Duration? = nil) async throws -> ExecResult {
        let started = ContinuousClock.now
        try command.validate()
        try Self.validate(timeout: timeout)
        let terms = ExecRun.Terms(
            started: started, timeout: timeout, outputLimit: configuration.execOutputLimit,
            terminationGrace: configuration.terminationGrace)
        return try await threads.withThread { loop in
            try await ExecRun(terms: terms, loop: loop).outcome(of: command, by: launcher)
        }
    }

    /// How many spawned processes have not ended.
    package var runningCount: Int { registry.running.count }

    /// Starts a process on a thread that may wait for the disk; its life is the output loop's.
    func launch(_ command: Command, terminal: TerminalSize?) async throws -> SpawnedProcess {
        try await threads.withThread { thread in
            try await withCheckedThrowingContinuation { continuation in
                thread.schedule(after: .zero) { [launcher, outputLoop] in
                    continuation.resume(
                        with: Result { try launcher.spawn(command, terminal: terminal, on: outputLoop) })
                }
            }
        }
    }

    static func validate(timeout: Duration?) throws(AgentError) {
        if let timeout, timeout <= .zero { throw .invalidArgument("timeout_sec must be greater than 0") }
    }

    /// Ends all children, SIGTERM first and SIGKILL after the grace, and starts no more. Returns when all are gone.
    /// Spawned processes are spared if so configured.
    package func shutdown() async {
        table.close()
        await table.settle()
        let spared = configuration.leavesProcessesRunning ? Set(registry.running.map(\.child.pid)) : []
        await withDiscardingTaskGroup { group in
            for child in table.children where !spared.contains(child.pid) {
                group.addTask { await child.end(grace: self.configuration.shutdownGrace) }
            }
        }
        launcher.groups?.remove()
    }
}
