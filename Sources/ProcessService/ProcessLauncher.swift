import AgentCore
import Glibc

/// Gives birth to children, one at a time, on a thread that may block: looking up users and programs, and loading a
/// program from a slow disk, delay other births but nothing else.
actor ProcessLauncher {
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let thread = ThreadExecutor(name: "process-birth")
    private let configuration: ProcessService.Configuration
    private let table: ChildTable
    private let loop: DescriptorLoop
    private let nullDevice: OwnedDescriptor

    init(configuration: ProcessService.Configuration, table: ChildTable, loop: DescriptorLoop) throws(AgentError) {
        let descriptor = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw AgentError.system(errno: errno, operation: "open", path: "/dev/null") }
        nullDevice = OwnedDescriptor(owning: descriptor)
        self.configuration = configuration
        self.table = table
        self.loop = loop
    }

    /// Starts a child whose output is captured and whose input is empty.
    func launch(
        _ command: Command, timeout: Duration?, started: ContinuousClock.Instant
    ) throws(AgentError) -> ExecRun {
        try table.admit()
        do {
            return try start(command, timeout: timeout, started: started)
        } catch {
            table.release()
            throw error
        }
    }

    /// Returns once every launch that was under way has a child in the table, or none.
    func settle() {}

    private func start(
        _ command: Command, timeout: Duration?, started: ContinuousClock.Instant
    ) throws(AgentError) -> ExecRun {
        let plan = try SpawnPlan(command, on: configuration.environment)
        let stdout = try Pipe()
        let stderr = try Pipe()
        let newborn = try plan.start(
            input: nullDevice.rawValue, output: stdout.writeEnd.rawValue, error: stderr.writeEnd.rawValue)
        let child = ChildProcess(newborn, loop: loop) { [table] in table.remove(pid: $0.pid) }
        table.insert(child)
        return ExecRun(
            child, stdout: stdout.readEnd, stderr: stderr.readEnd, outputLimit: configuration.execOutputLimit,
            terms: ExecRun.Terms(
                started: started, timeout: timeout, terminationGrace: configuration.terminationGrace),
            loop: loop)
    }
}
