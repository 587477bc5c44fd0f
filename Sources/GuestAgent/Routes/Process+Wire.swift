import AgentAPI
import AgentCore
import ProcessService

// Between the values of ProcessService and those on the wire.

extension Command {
    init(_ wire: ExecRequest) {
        self.init(
            wire.command, arguments: wire.args ?? [], directory: wire.cwd, environment: wire.env ?? [:],
            asUser: wire.asUser, asRoot: wire.asRoot ?? false)
    }

    init(_ wire: SpawnRequest) {
        self.init(
            wire.command, arguments: wire.args ?? [], directory: wire.cwd, environment: wire.env ?? [:],
            asUser: wire.asUser, asRoot: wire.asRoot ?? false)
    }
}

extension TerminalSize {
    /// `nil` when no terminal is wanted; a size is looked at nonetheless.
    init?(_ wire: SpawnRequest) throws(AgentError) {
        try self.init(rows: wire.rows, columns: wire.columns)
        guard wire.allocateTTY == true else { return nil }
    }
}

extension ExecResponse {
    init(_ result: ExecResult) {
        self.init(
            exitCode: Int(result.status.exitCode), stdout: Base64.text(result.stdout),
            stderr: Base64.text(result.stderr),
            durationMilliseconds: Int(result.duration.milliseconds), signal: result.status.signalName)
    }
}

extension SpawnResponse {
    init(_ info: ProcessRecord) {
        self.init(processID: info.id.description, pid: Int(info.pid), startedAt: Timestamp(info.startedAt))
    }
}

extension ProcessListEntry {
    init(_ info: ProcessRecord) {
        self.init(
            processID: info.id.description, pid: Int(info.pid), command: info.program, args: info.arguments,
            tty: info.hasTerminal, state: info.state, startedAt: Timestamp(info.startedAt),
            endedAt: info.ending.map { Timestamp($0.time) }, exitCode: info.exitCode,
            signal: info.ending?.status.signalName)
    }
}

extension ProcessStatus {
    /// - Parameter usage: of a process that runs.
    init(_ info: ProcessRecord, usage: ResourceUsage?) {
        self.init(
            state: info.state, exitCode: info.exitCode, signal: info.ending?.status.signalName,
            cpuPercent: usage?.cpuPercent ?? 0, memory: usage?.memory)
    }
}

extension ProcessRecord {
    fileprivate var state: ProcessState { ending == nil ? .running : .exited }
    fileprivate var exitCode: Int? { ending.map { Int($0.status.exitCode) } }
}

extension ExitStatus {
    /// Without `SIG`; `nil` when no signal ended the process.
    var signalName: String? {
        switch self {
        case .exited: nil
        case .signalled(let signal): ProcessSignal.name(of: signal)
        }
    }
}
