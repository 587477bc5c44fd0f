import AgentCore
import Glibc

/// Gives birth to children, one at a time, on a thread of its own that may block: looking up users and programs, and loading a
/// program from a slow disk, delay other births but nothing else.
actor ProcessLauncher {
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let thread = ThreadExecutor(name: "process-birth")
    private let configuration: ProcessService.Configuration
    private let table: ChildTable
    private let loop: DescriptorLoop
    private let outputLoop: DescriptorLoop
    private let nullDevice: OwnedDescriptor

    /// - Parameters:
    ///   - loop: waits for `exec`'s children.
    ///   - outputLoop: waits for spawned processes. It writes to disk, so it is another one.
    init(
        configuration: ProcessService.Configuration, table: ChildTable, loop: DescriptorLoop,
        outputLoop: DescriptorLoop
    ) throws(AgentError) {
        let descriptor = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw AgentError.system(errno: errno, operation: "open", path: "/dev/null") }
        nullDevice = OwnedDescriptor(owning: descriptor)
        self.configuration = configuration
        self.table = table
        self.loop = loop
        self.outputLoop = outputLoop
    }

    /// Starts a child whose output is captured and whose input is empty.
    func launch(
        _ command: Command, timeout: Duration?, started: ContinuousClock.Instant
    ) throws(AgentError) -> ExecRun {
        try admitted { () throws(AgentError) in
            try launchNow(command, timeout: timeout, started: started)
        }
    }

    /// Starts a process that runs on its own; `SpawnedProcess.begin` has to follow.
    func spawn(_ command: Command, terminal: TerminalSize?) throws(AgentError) -> SpawnedProcess {
        try admitted { () throws(AgentError) in
            if let terminal { try spawnNow(command, terminal: terminal) } else { try spawnNow(command) }
        }
    }

    /// Returns once every launch that was under way has a child in the table, or none.
    func settle() {}

    /// Takes a place for the child that `body` starts, and gives it back when there is none.
    private func admitted<Result>(_ body: () throws(AgentError) -> Result) throws(AgentError) -> Result {
        try table.admit()
        do {
            return try body()
        } catch {
            table.release()
            throw error
        }
    }

    private func launchNow(
        _ command: Command, timeout: Duration?, started: ContinuousClock.Instant
    ) throws(AgentError) -> ExecRun {
        let plan = try SpawnPlan(command, on: configuration.environment)
        let stdout = try Pipe(own: .read)
        let stderr = try Pipe(own: .read)
        let newborn = try plan.start(
            input: nullDevice.rawValue, output: stdout.writeEnd.rawValue, error: stderr.writeEnd.rawValue)
        let child = adopt(newborn, on: loop)
        return ExecRun(
            child, stdout: stdout.readEnd, stderr: stderr.readEnd, outputLimit: configuration.execOutputLimit,
            terms: ExecRun.Terms(
                started: started, timeout: timeout, terminationGrace: configuration.terminationGrace),
            loop: loop)
    }

    private func spawnNow(_ command: Command) throws(AgentError) -> SpawnedProcess {
        let plan = try SpawnPlan(command, on: configuration.environment)
        let journal = try OutputJournal(capacity: configuration.journalSize, in: configuration.journalDirectory)
        let stdin = try Pipe(own: .write)
        let stdout = try Pipe(own: .read)
        let stderr = try Pipe(own: .read)
        let newborn = try plan.start(
            input: stdin.readEnd.rawValue, output: stdout.writeEnd.rawValue, error: stderr.writeEnd.rawValue)
        let child = adopt(newborn, on: outputLoop)
        return SpawnedProcess(
            command, child: child, input: ProcessInput(stdin.writeEnd, loop: outputLoop),
            drains: [
                PipeDrain(stdout.readEnd, stream: .stdout, journal: journal),
                PipeDrain(stderr.readEnd, stream: .stderr, journal: journal),
            ],
            output: journal, loop: outputLoop)
    }

    private func spawnNow(_ command: Command, terminal size: TerminalSize) throws(AgentError) -> SpawnedProcess {
        let plan = try SpawnPlan(command, on: configuration.environment, hasTerminal: true)
        let terminal = try Pseudoterminal(size: size, owner: plan.account?.uid)
        let typing = try terminal.duplicateMaster()
        let slave = terminal.slave.rawValue
        let newborn = try plan.start(input: slave, output: slave, error: slave, controllingTerminal: true)
        let child = adopt(newborn, on: outputLoop)
        let output = TerminalOutput(capacity: configuration.terminalHistory)
        return SpawnedProcess(
            command, child: child, input: ProcessInput(typing, loop: outputLoop),
            drains: [TerminalDrain(terminal.master, output: output)], output: output, loop: outputLoop)
    }

    private func adopt(_ newborn: consuming NewbornChild, on loop: DescriptorLoop) -> ChildProcess {
        let child = ChildProcess(newborn, loop: loop) { [table] in table.remove(pid: $0.pid) }
        table.insert(child)
        return child
    }
}
