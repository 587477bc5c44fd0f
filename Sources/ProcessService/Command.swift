import AgentCore

/// A program to run and the circumstances to run it in. Shared by everything that starts a child.
package struct Command: Sendable, Equatable {
    /// A file name, looked up in the child's PATH unless it contains a slash. No shell is involved.
    package var program: String
    package var arguments: [String]
    /// `nil` is the agent's own; a relative one counts from that.
    package var directory: String?
    /// Added on top of the agent's own environment.
    package var environment: [String: String]
    /// Whether the agent's own environment is passed on at all.
    package var inheritsEnvironment = true
    /// `name`, `uid`, `uid:gid` or `name:gid`; `nil` is the agent's own user. Excludes `asRoot`.
    package var asUser: String?
    package var asRoot: Bool

    package init(
        _ program: String,
        arguments: [String] = [],
        directory: String? = nil,
        environment: [String: String] = [:],
        asUser: String? = nil,
        asRoot: Bool = false
    ) {
        self.program = program
        self.arguments = arguments
        self.directory = directory
        self.environment = environment
        self.asUser = asUser
        self.asRoot = asRoot
    }
}

extension Command {
    /// Checks what can be checked without looking at the system.
    func validate() throws(AgentError) {
        if program.isEmpty { throw .invalidArgument("command must not be empty") }
        if asUser != nil && asRoot { throw .invalidArgument("as_user and as_root exclude each other; give one") }
        if asUser == "" { throw .invalidArgument("as_user must not be empty") }
        try refuseNUL(in: [program], field: "command")
        try refuseNUL(in: arguments, field: "args")
        try refuseNUL(in: [directory ?? "", asUser ?? ""], field: "cwd and as_user")
        try validateEnvironment()
    }

    private func validateEnvironment() throws(AgentError) {
        for (name, value) in environment {
            if name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
                throw .invalidArgument("env has the name \"\(name)\"; a name must not be empty or contain '='")
            }
            try refuseNUL(in: [name, value], field: "env")
        }
    }

    /// A NUL would end the string on its way to the kernel and change its meaning.
    private func refuseNUL(in strings: [String], field: String) throws(AgentError) {
        for string in strings where string.utf8.contains(0) {
            throw .invalidArgument("\(field) must not contain NUL characters")
        }
    }
}
