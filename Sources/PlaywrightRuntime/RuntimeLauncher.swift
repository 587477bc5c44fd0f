import AgentCore
import ProcessService

/// Starts Node.js processes.
struct RuntimeLauncher: Sendable {
    /// With nothing in it that the code should not see.
    private static let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]

    let configuration: RuntimeConfiguration
    let processes: ProcessService
    let loop: DescriptorLoop

    /// Returns when the process takes calls.
    ///
    /// - Throws: `internalError` when it does not come to that within the start timeout.
    func launch() async throws -> NodeRuntime {
        let process: Coprocess
        do {
            process = try await processes.startCoprocess(command, on: loop)
        } catch let error as AgentError where error.code != .resourceExhausted && error.code != .unavailable {
            throw AgentError.internalError(
                "Playwright's Node.js cannot be started: \(error.message)", cause: error.cause)
        }
        let runtime = NodeRuntime(process, configuration: configuration, loop: loop)
        let (_, ranOut) = try await limited(to: configuration.startTimeout) { try await runtime.start() }
        if ranOut {
            throw AgentError.internalError("Playwright was not loaded within \(configuration.startTimeout)")
        }
        return runtime
    }

    private var command: Command {
        var command = Command(
            configuration.nodePath,
            arguments: [
                "--max-old-space-size=\(configuration.heapLimit)", "--disable-warning=ExperimentalWarning",
                "--eval", NodeProgram.bootstrap,
            ],
            directory: "/tmp", environment: Self.environment, asUser: configuration.user)
        command.inheritsEnvironment = false
        return command
    }
}
