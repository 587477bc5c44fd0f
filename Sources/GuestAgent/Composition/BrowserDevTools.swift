import AgentCore
import BrowserControl
import DevToolsProxy

/// The browser's DevTools for those who set it up, by the way the CDP proxy knows.
struct BrowserDevTools: DevTools {
    let proxy: CDPProxy

    func verifiedEndpoint() async throws -> String { try await proxy.check().webSocketDebuggerURL }

    func withConnection<Result: Sendable>(
        _ body: nonisolated(nonsending) @Sendable (any DevToolsConnection) async throws -> Result
    ) async throws -> Result {
        try await proxy.withCommands { try await body($0) }
    }
}

extension BrowserCommands: DevToolsConnection {}
