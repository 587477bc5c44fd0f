// Wire values of spawned processes: /process/spawn, /process and /process/{process_id}/*.

package struct SpawnRequest: Codable, Sendable {
    package let command: String
    package let args: [String]?
    package let cwd: String?
    package let env: [String: String]?
    package let asUser: String?
    package let asRoot: Bool?
    package let timeoutSeconds: Int?
    package let allocateTTY: Bool?
    package let rows: Int?
    package let columns: Int?

    enum CodingKeys: String, CodingKey {
        case command, args, cwd, env, rows
        case asUser = "as_user"
        case asRoot = "as_root"
        case timeoutSeconds = "timeout_sec"
        case allocateTTY = "allocate_tty"
        case columns = "cols"
    }
}

package struct SpawnResponse: Codable, Sendable {
    let processID: String
    let pid: Int
    let startedAt: Timestamp

    package init(processID: String, pid: Int, startedAt: Timestamp) {
        self.processID = processID
        self.pid = pid
        self.startedAt = startedAt
    }

    enum CodingKeys: String, CodingKey {
        case pid
        case processID = "process_id"
        case startedAt = "started_at"
    }
}

package enum ProcessState: String, Codable, Sendable {
    case running, exited
}

package struct ProcessListEntry: Codable, Sendable {
    let processID: String
    let pid: Int
    let command: String
    let args: [String]
    let tty: Bool
    let state: ProcessState
    let startedAt: Timestamp
    let endedAt: Timestamp?
    /// −1 when a signal ended the process.
    let exitCode: Int?
    let signal: String?

    package init(
        processID: String, pid: Int, command: String, args: [String], tty: Bool, state: ProcessState,
        startedAt: Timestamp, endedAt: Timestamp?, exitCode: Int?, signal: String?
    ) {
        self.processID = processID
        self.pid = pid
        self.command = command
        self.args = args
        self.tty = tty
        self.state = state
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.exitCode = exitCode
        self.signal = signal
    }

    enum CodingKeys: String, CodingKey {
        case pid, command, args, tty, state, signal
        case processID = "process_id"
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case exitCode = "exit_code"
    }
}

package struct ProcessStatus: Codable, Sendable {
    let state: ProcessState
    /// −1 when a signal ended the process; `null` while it runs.
    let exitCode: Int?
    /// Without `SIG`.
    let signal: String?
    /// Percent of one processor.
    let cpuPercent: Double
    /// Left out when the process has ended.
    let memory: Int?

    package init(state: ProcessState, exitCode: Int?, signal: String?, cpuPercent: Double, memory: Int?) {
        self.state = state
        self.exitCode = exitCode
        self.signal = signal
        self.cpuPercent = cpuPercent
        self.memory = memory
    }

    enum CodingKeys: String, CodingKey {
        case state, signal
        case exitCode = "exit_code"
        case cpuPercent = "cpu_pct"
        case memory = "mem_bytes"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(state, forKey: .state)
        try container.encode(exitCode, forKey: .exitCode)
        try container.encodeIfPresent(signal, forKey: .signal)
        try container.encode(cpuPercent, forKey: .cpuPercent)
        try container.encodeIfPresent(memory, forKey: .memory)
    }
}

package struct StdinRequest: Codable, Sendable {
    /// Base64.
    package let data: String?
    package let eof: Bool?

    enum CodingKeys: String, CodingKey {
        case eof
        case data = "data_b64"
    }
}

package struct WrittenBytes: Codable, Sendable {
    let writtenBytes: Int

    package init(writtenBytes: Int) {
        self.writtenBytes = writtenBytes
    }

    enum CodingKeys: String, CodingKey {
        case writtenBytes = "written_bytes"
    }
}

package struct KillRequest: Codable, Sendable {
    /// With or without `SIG`; TERM when left out.
    package let signal: String?
    /// Whether the whole process group gets it; true when left out.
    package let group: Bool?

    package init(signal: String? = nil, group: Bool? = nil) {
        self.signal = signal
        self.group = group
    }
}

package struct ResizeRequest: Codable, Sendable {
    package let rows: Int
    package let columns: Int

    enum CodingKeys: String, CodingKey {
        case rows
        case columns = "cols"
    }
}

/// Why a client cannot attach to a terminal: an error that says so once more.
package struct AttachError: Codable, Sendable {
    let type: String
    let code: String
    let message: String

    package init(code: String, message: String) {
        type = "error"
        self.code = code
        self.message = message
    }
}

/// A text message of a client at a terminal.
package struct TerminalRequest: Codable, Sendable {
    package let type: String
    package let rows: Int?
    package let columns: Int?

    enum CodingKeys: String, CodingKey {
        case type, rows
        case columns = "cols"
    }
}

/// The last message to a client at a terminal. In camel case, unlike the rest of the API.
package struct TerminalExit: Codable, Sendable {
    let type: String
    /// −1 when a signal ended the process.
    let exitCode: Int
    /// Without `SIG`.
    let signal: String?

    package init(exitCode: Int, signal: String?) {
        type = "exit"
        self.exitCode = exitCode
        self.signal = signal
    }
}

/// An answer that says only that it was done.
package struct Done: Codable, Sendable {
    let ok: Bool

    package init() {
        ok = true
    }
}
