import ArgumentParser
import HTTPTypes

struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes", abstract: "List every routed operation, one a line.")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        let services = try AgentServices(configuration: options.configuration())
        let lines = services.routes.routes.map { "\($0.method.rawValue) \($0.path)" }
        for line in lines.sorted() { print(line) }
    }
}
