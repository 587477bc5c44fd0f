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
            return try AgentConfiguration(SettingSource(flags: flags, environment: SettingSource.processEnvironment))
        } catch let error as AgentError {
            throw ValidationError(error.message)
        }
    }
}
