import AgentCore
import Glibc

/// A command with everything looked up: what remains is to start it.
struct SpawnPlan {
    /// As the client wrote it, for messages.
    let program: String
    let path: String
    let arguments: [String]
    /// `NAME=value`.
    let environment: [String]
    let directory: String?
    /// What the terminals of most clients understand.
    private static let terminalType = "xterm-256color"

    /// `nil` keeps the agent's user.
    let account: UserAccount?

    /// Looks up the program and the user. Blocks on the file system and the password database.
    ///
    /// - Parameters:
    ///   - environment: the agent's own, which the child's is built on.
    ///   - hasTerminal: sets TERM, unless somebody else has.
    /// - Throws: `invalidArgument` for a program or user that does not exist.
    init(_ command: Command, on environment: [String: String], hasTerminal: Bool = false) throws(AgentError) {
        let user = command.asRoot ? "0" : command.asUser
        account = if let user { try UserAccount(user) } else { nil }
        let childEnvironment = (hasTerminal ? ["TERM": Self.terminalType] : [:])
            .merging(command.inheritsEnvironment ? environment : [:]) { $1 }
            .merging(account?.environment ?? [:]) { $1 }
            .merging(command.environment) { $1 }
        directory = command.directory.flatMap { $0.isEmpty ? nil : $0 }
        program = command.program
        path = try ProgramLookup(
            searchPath: childEnvironment["PATH"] ?? ProgramLookup.defaultSearchPath, directory: directory
        ).path(of: command.program)
        arguments = [command.program] + command.arguments
        self.environment = childEnvironment.map { "\($0)=\($1)" }
    }
}
