import AgentCore
import FSService

/// The switches set since the machine was configured, as `{"flags": [...]}`. The browser's launcher reads it at each start.
struct FlagFile: Sendable {
    private struct Content: Codable {
        let flags: [String]
    }

    let file: SmallFile

    func read() async throws -> FlagList {
        let content = try await file.decode(Content.self)
        return FlagList((content?.flags ?? []).map(ChromiumFlag.init(unchecked:)))
    }

    func write(_ flags: FlagList) async throws {
        try await file.encode(Content(flags: flags.texts))
    }
}
