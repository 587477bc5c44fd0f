import AgentCore
import ArgumentParser

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Serve until told to stop (the default).",
        discussion: "Each option can also be given by the environment variable in brackets; the option wins.")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await Self.serve(options.configuration())
    }

    static func serve(_ configuration: AgentConfiguration) async throws {
        try await Agent(configuration: configuration).run()
    }
}

extension SettingOptions {
    func configuration() throws -> AgentConfiguration {
        try .read(flags: flags)
    }
}

extension AgentConfiguration {
    /// What `flags` and the environment say.
    ///
    /// - Throws: `ValidationError`, with one line naming the key, when a value is bad.
    static func read(flags: [String: String] = [:]) throws -> AgentConfiguration {
        do {
            return try AgentConfiguration(
                SettingSource(flags: flags, environment: SettingSource.processEnvironment),
                accessToken: try accessToken())
        } catch let error as AgentError {
            throw ValidationError(error.message)
        }
    }

    /// There is no flag for it: everybody in the machine can read those of a process.
    private static func accessToken() throws -> AccessToken? {
        guard let text = EnvironmentSecret.take("ACCESS_TOKEN") else { return nil }
        guard let token = AccessToken(text) else {
            throw AgentError.invalidArgument("ACCESS_TOKEN must be \(AccessToken.expectation)")
        }
        return token
    }
}
