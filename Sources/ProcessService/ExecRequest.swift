import AgentCore

/// One command to run to its end.
package struct ExecRequest: Sendable, Equatable {
    package var command: Command
    /// Counted from the call; more than zero. `nil` waits without end.
    package var timeout: Duration?

    package init(_ command: Command, timeout: Duration? = nil) {
        self.command = command
        self.timeout = timeout
    }

    func validate() throws(AgentError) {
        try command.validate()
        if let timeout, timeout <= .zero { throw .invalidArgument("timeout_sec must be greater than 0") }
    }
}
