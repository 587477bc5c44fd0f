package import AgentCore
import ServiceLifecycle

/// The door to chromedriver: WebDriver commands over HTTP, BiDi over WebSocket.
///
/// Commands are streamed both ways, except that a new session is made to attach to the running browser and its answer's
/// `webSocketUrl` to name this proxy. A new session waits for a Chromium or a chromedriver that is down.
package struct WebDriverProxy: Service {
    private let listener: ProxyListener
    private let capabilities: SessionCapabilities
    private let driver: DriverUpstream

    /// - Parameters:
    ///   - driver: where chromedriver listens.
    ///   - browser: the Chromium that sessions attach to.
    ///   - debuggerAddress: where chromedriver finds that browser's DevTools.
    package init(
        listener: ProxyListener, driver: SocketEndpoint, browser: BrowserUpstream, debuggerAddress: SocketEndpoint
    ) {
        self.listener = listener
        self.capabilities = SessionCapabilities(debuggerAddress: debuggerAddress.description)
        self.driver = DriverUpstream(server: UpstreamServer(name: "chromedriver", address: driver), browser: browser)
    }

    /// Listens until cancelled or shut down gracefully; relayed clients are then sent a close with status 1001.
    ///
    /// - Throws: `unavailable` if the address cannot be listened on.
    package func run() async throws {
        try await listener.run { session in
            var exchange = WebDriverExchange(session: session, driver: driver, capabilities: capabilities)
            await session.run { try await answer($0, with: &exchange) }
            exchange.end()
        }
    }

    private func answer(
        _ request: ProxyRequest, with exchange: inout WebDriverExchange
    ) async throws -> ClientSession.Outcome {
        switch WebDriverRoute(request.head, request.target) {
        case .newSession: return try await exchange.newSession(request)
        case .command: return try await exchange.command(request)
        case .sessionWebSocket: return try await exchange.webSocket(request)
        case .unboundWebSocket: return try await exchange.unboundWebSocket(request)
        }
    }
}
