import AgentCore
import Glibc

/// Gives birth to children.
///
/// Looking up users and programs, and loading a program, may wait for a slow disk or for ever for a dead one: what is
/// done here blocks the calling thread, which has to be one of the `CommandThreads`.
struct ProcessLauncher: Sendable {
    /// A child of `exec`, its input empty, with the reading ends of its pipes.
    struct ExecChild: ~Copyable {
        let child: ChildProcess
        let stdout: OwnedDescriptor
        let stderr: OwnedDescriptor
    }

    private let configuration: ProcessService.Configuration
    private let table: ChildTable
    let groups: CommandGroup?
    private let nullDevice: DescriptorBox

    /// - Parameter groups: that all children are born into.
    init(
        configuration: ProcessService.Configuration, table: ChildTable, groups: CommandGroup?
    ) throws(AgentError) {
        let descriptor = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw AgentError.system(errno: errno, operation: "open", path: "/dev/null") }
        nullDevice = DescriptorBox(OwnedDescriptor(owning: descriptor))
        self.configuration = configuration
        self.table = table
        self.groups = groups
    }

    /// Starts a child whose output is to be captured.
    ///
    /// - Parameter loop: to wait for it.
    func exec(_ command: Command, on loop: DescriptorLoop) throws(AgentError) -> ExecChild {
        try admitted { () throws(AgentError) in
            let plan = try SpawnPlan(command, on: configuration.environment)
            let stdout = try Pipe(own: .read)
            let stderr = try Pipe(own: .read)
            let newborn = try plan.start(
                input: nullDevice.owned.rawValue, output: stdout.writeEnd.rawValue, error: stderr.writeEnd.rawValue,
                in: groups)
            return ExecChild(child: adopt(newborn, on: loop), stdout: stdout.readEnd, stderr: stderr.readEnd)
        }
    }

    /// Starts a process that runs on its own; `SpawnedProcess.begin` has to follow.
    ///
    /// - Parameter loop: to wait for it and to keep its output, which writes to disk.
    func spawn(
        _ command: Command, terminal: TerminalSize?, on loop: DescriptorLoop
    ) throws(AgentError) -> SpawnedProcess {
        try admitted { () throws(AgentError) in
            if let terminal {
                try withTerminal(command, size: terminal, on: loop)
            } else {
                try withPipes(command, on: loop)
            }
        }
    }

    /// Starts a program of the agent's own; `Coprocess.supervise` has to follow.
    ///
    /// - Parameter loop: to wait for it.
    func coprocess(_ command: Command, on loop: DescriptorLoop) throws(AgentError) -> Coprocess {
        try admitted { () throws(AgentError) in
            let plan = try SpawnPlan(command, on: configuration.environment)
            let channel = try SocketPair()
            let stdout = try Pipe(own: .read)
            let stderr = try Pipe(own: .read)
            let newborn = try plan.start(
                input: channel.theirs.rawValue, output: stdout.writeEnd.rawValue, error: stderr.writeEnd.rawValue,
                in: groups)
            return Coprocess(
                child: adopt(newborn, on: loop), channel: channel.own, stdout: stdout.readEnd, stderr: stderr.readEnd)
        }
    }

    private func withPipes(_ command: Command, on loop: DescriptorLoop) throws(AgentError) -> SpawnedProcess {
        let plan = try SpawnPlan(command, on: configuration.environment)
        let journal = try OutputJournal(capacity: configuration.journalSize, in: configuration.journalDirectory)
        let stdin = try Pipe(own: .write)
        let stdout = try Pipe(own: .read)
        let stderr = try Pipe(own: .read)
        let newborn = try plan.start(
            input: stdin.readEnd.rawValue, output: stdout.writeEnd.rawValue, error: stderr.writeEnd.rawValue,
            in: groups)
        return SpawnedProcess(
            command, child: adopt(newborn, on: loop), input: ProcessInput(stdin.writeEnd, loop: loop),
            drains: [
                PipeDrain(stdout.readEnd, stream: .stdout, journal: journal),
                PipeDrain(stderr.readEnd, stream: .stderr, journal: journal),
            ],
            output: journal, loop: loop)
    }

    private func withTerminal(
        _ command: Command, size: TerminalSize, on loop: DescriptorLoop
    ) throws(AgentError) -> SpawnedProcess {
        let plan = try SpawnPlan(command, on: configuration.environment, hasTerminal: true)
        let terminal = try Pseudoterminal(size: size, owner: plan.account?.uid)
        let typing = try terminal.duplicateMaster()
        let slave = terminal.slave.rawValue
        let newborn = try plan.start(
            input: slave, output: slave, error: slave, in: groups, controllingTerminal: true)
        let output = TerminalOutput(capacity: configuration.terminalHistory)
        return SpawnedProcess(
            command, child: adopt(newborn, on: loop), input: ProcessInput(typing, loop: loop),
            drains: [TerminalDrain(terminal.master, output: output)], output: output, loop: loop)
    }

    /// Takes a place for the child that `body` starts, and gives it back when there is none.
    private func admitted<Result: ~Copyable>(_ body: () throws(AgentError) -> Result) throws(AgentError) -> Result {
        try table.admit()
        do {
            return try body()
        } catch {
            table.release()
            throw error
        }
    }

    private func adopt(_ newborn: consuming NewbornChild, on loop: DescriptorLoop) -> ChildProcess {
        let child = ChildProcess(newborn, loop: loop) { [table] in table.remove(pid: $0.pid) }
        table.insert(child)
        return child
    }
}
