import ArgumentParser

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine lacks for the agent, and how to get it.")

    @OptionGroup var options: SettingOptions

    func run() async throws {}
}
