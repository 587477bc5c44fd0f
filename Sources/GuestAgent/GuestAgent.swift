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

    /// Supervisors start the agent without arguments. Then there is nothing to parse, and parsing nothing takes a fifth of
    /// the time until the first answer: it looks for itself in the description of every type of the program.
    static func main() async {
        guard CommandLine.argc <= 1 else { return await main(nil) }
        do {
            try await RunCommand.serve(.read())
        } catch {
            exit(withError: error)
        }
    }
}
