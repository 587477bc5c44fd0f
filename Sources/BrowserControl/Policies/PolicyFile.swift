import AgentCore
import FSService

/// The managed policies the agent is in charge of: an object of values by names. Those that others have put there stay.
struct PolicyFile: Sendable {
    let file: SmallFile

    func read() async throws -> [String: JSONValue] {
        try await file.decode([String: JSONValue].self) ?? [:]
    }

    func write(_ policies: [String: JSONValue]) async throws {
        try await file.encode(policies)
    }
}
