package import AgentCore

/// Where supervisord keeps the output of the programs it runs: one file for each, named like the program.
package struct SupervisorLogs: Sendable {
    private let directory: String

    package init(directory: String = "/var/log/supervisord") {
        self.directory = directory
    }

    /// The log file of a program. Does not look whether it exists.
    ///
    /// - Throws: `invalidArgument` for a name that would lead out of the directory, or is empty.
    package func path(for program: String) throws(AgentError) -> String {
        let isFileName = !program.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
        guard isFileName, !["", ".", ".."].contains(program) else {
            throw .invalidArgument("supervisor_process must be the name of a program, without a path")
        }
        return "\(directory)/\(program)"
    }
}
