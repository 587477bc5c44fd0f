package import AgentCore

/// What is known of a spawned process.
package struct ProcessRecord: Sendable, Equatable {
    /// How and when it ended.
    package struct Ending: Sendable, Equatable {
        package let status: ExitStatus
        package let time: UnixTime
    }

    package let id: ProcessID
    package let pid: Int32
    /// The program and its arguments, as the client gave them.
    package let program: String
    package let arguments: [String]
    package let hasTerminal: Bool
    package let startedAt: UnixTime
    /// `nil` while it runs.
    package let ending: Ending?
}
