package import AgentCore
import CAgentShims
import Synchronization

/// Runs programs for clients.
///
/// Each child leads its own session and process group and inherits no descriptor of the agent's. Two threads give
/// birth to all children, another waits for those of `exec`: their pipes, exits and deadlines. One more does that for
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
        /// Whether spawned processes go on when the agent stops. What they write then goes nowhere.
        package var leavesProcessesRunning = false

        /// - Parameter environment: by default the agent's own, as it is now.
        package init(environment: [String: String] = ProcessEnvironment.current()) {
            self.environment = environment
        }
    }

    let configuration: Configuration
    private let launchers: [ProcessLauncher]
    private let nextLauncher = Atomic(0)
    let registry: ProcessRegistry
    let outputLoop: DescriptorLoop
    let waitingThread = WaitingThread()
    let table: ChildTable

    /// - Parameter loop: waits for `exec`'s children; it may serve others too.
    /// - Throws: `AgentError` when the process is out of descriptors.
    package init(_ configuration: Configuration = Configuration(), loop: DescriptorLoop) throws(AgentError) {
        self.configuration = configuration
        table = ChildTable(limit: configuration.concurrencyLimit)
        registry = ProcessRegistry(limit: configuration.retentionLimit)
        outputLoop = try DescriptorLoop(name: "process-output")
        launchers = try (0..<Self.launcherCount).map { [table, outputLoop] _ throws(AgentError) in
            try ProcessLauncher(configuration: configuration, table: table, loop: loop, outputLoop: outputLoop)
        }
    }

    /// A thread that gives birth waits until the child's program has been loaded; two of them keep two processors busy.
    private static let launcherCount = 2

    /// Whose turn it is.
    var launcher: ProcessLauncher {
        launchers[(nextLauncher.wrappingAdd(1, ordering: .relaxed).newValue & Int.max) % launchers.count]
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
        return try await launcher.launch(command, timeout: timeout, started: started).outcome()
    }

    static func validate(timeout: Duration?) throws(AgentError) {
        if let timeout, timeout <= .zero { throw .invalidArgument("timeout_sec must be greater than 0") }
    }

    /// Ends all children, SIGTERM first and SIGKILL after the grace, and starts no more. Returns when all are gone.
    /// Spawned processes are spared if so configured.
    package func shutdown() async {
        table.close()
        for launcher in launchers { await launcher.settle() }
        let spared = configuration.leavesProcessesRunning ? Set(registry.running.map(\.child.pid)) : []
        await withDiscardingTaskGroup { group in
            for child in table.children where !spared.contains(child.pid) {
                group.addTask { await child.end(grace: self.configuration.shutdownGrace) }
            }
        }
    }
}
