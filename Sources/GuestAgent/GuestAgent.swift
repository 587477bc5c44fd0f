import ArgumentParser

@main
struct GuestAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guest-agent",
        abstract: "Makes the machine it runs on, and the browser beside it, drivable over HTTP and WebSocket.",
        discussion: "`guest-agent run --help` lists the settings.",
        version: AgentVersion.text,
        subcommands: [RunCommand.self, DoctorCommand.self, RoutesCommand.self, ChromiumFlagsCommand.self],
        defaultSubcommand: RunCommand.self)
}
