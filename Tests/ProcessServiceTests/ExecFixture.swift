import AgentCore
import AgentTestSupport
import ProcessService
import Testing

/// All process tests, one after the other: some count the descriptors and children of the test process.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProcessServiceTests {}

/// A service of a test's own.
struct ExecFixture {
    let service: ProcessService

    init(_ configure: (inout ProcessService.Configuration) -> Void = { _ in }) throws {
        var configuration = ProcessService.Configuration()
        configure(&configuration)
        service = try ProcessService(configuration)
    }

    func exec(
        _ program: String, _ arguments: String..., directory: String? = nil, environment: [String: String] = [:],
        asUser: String? = nil, asRoot: Bool = false, timeout: Duration? = nil
    ) async throws -> ExecResult {
        let command = Command(
            program, arguments: arguments, directory: directory, environment: environment, asUser: asUser,
            asRoot: asRoot)
        return try await service.exec(command, timeout: timeout)
    }

    func shell(_ script: String, timeout: Duration? = nil) async throws -> ExecResult {
        try await exec("sh", "-c", script, timeout: timeout)
    }
}

/// The agent's error that `body` throws; `nil` when it throws none or another one.
func failure(_ body: () async throws -> ExecResult) async -> AgentError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? AgentError
    }
}

extension ExecResult {
    var text: String { String(decoding: stdout, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
}
