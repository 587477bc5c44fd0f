import AgentCore
import ArgumentParser

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Serve until told to stop (the default).",
        discussion: "Each option can also be given by the environment variable in brackets; the option wins.")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let configuration = try options.configuration()
        try await Agent(configuration: configuration).run()
    }
}

extension SettingOptions {
    /// Ends the process with one line naming the key when a value is bad.
    func configuration() throws -> AgentConfiguration {
        do {
            return try AgentConfiguration(
                SettingSource(flags: flags, environment: SettingSource.processEnvironment),
                accessToken: try accessToken())
        } catch let error as AgentError {
            throw ValidationError(error.message)
        }
    }

    /// There is no flag for it: everybody in the machine can read those of a process.
    private func accessToken() throws -> AccessToken? {
        guard let text = EnvironmentSecret.take("ACCESS_TOKEN") else { return nil }
        guard let token = AccessToken(text) else {
            throw AgentError.invalidArgument("ACCESS_TOKEN must be \(AccessToken.expectation)")
        }
        return token
    }
}
