import ArgumentParser

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this machine lacks for the agent, and how to get it.",
        discussion: "Takes the settings of `run`. Exits with 1 when something is missing.")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let services = try AgentServices(configuration: options.configuration())
        let findings = await Examination(services: services).findings()
        for finding in findings { print(finding.line) }
        if findings.contains(where: { $0.problem != nil }) { throw ExitCode.failure }
    }
}
