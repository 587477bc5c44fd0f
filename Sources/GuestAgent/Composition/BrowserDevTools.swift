import AgentCore
import BrowserControl
import DevToolsProxy

/// The browser's DevTools for those who set it up, by the way the proxies know.
struct BrowserDevTools: DevTools {
    let upstream: BrowserUpstream

    func verifiedEndpoint() async throws -> String { try await upstream.check().webSocketDebuggerURL }

    func withConnection<Result: Sendable>(
        _ body: nonisolated(nonsending) @Sendable (any DevToolsConnection) async throws -> Result
    ) async throws -> Result {
        try await upstream.withCommands { try await body($0) }
    }
}

extension BrowserCommands: DevToolsConnection {}
