package import AgentCore
package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The door to chromedriver: WebDriver commands over HTTP, BiDi over WebSocket.
///
/// Commands are streamed both ways, except that a new session is made to attach to the running browser and its answer's
/// `webSocketUrl` to name this proxy.
package struct WebDriverProxy: Service {
    private let configuration: ProxyConfiguration
    private let capabilities: SessionCapabilities
    private let upstream: UpstreamServer
    private let group: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - debuggerAddress: where chromedriver finds the running browser's DevTools.
    ///   - group: the event loops that carry the connections.
    ///   - onListening: called once with the port, which is of interest where the configured one is 0.
    package init(
        configuration: ProxyConfiguration, debuggerAddress: SocketEndpoint, group: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.capabilities = SessionCapabilities(debuggerAddress: debuggerAddress.description)
        self.upstream = UpstreamServer(name: "chromedriver", address: configuration.upstream)
        self.group = group
        self.logger = logger
        self.onListening = onListening
    }

    /// Listens until cancelled or shut down gracefully; relayed clients are then sent a close with status 1001.
    ///
    /// - Throws: `unavailable` if the address cannot be listened on.
    package func run() async throws {
        let listener = ProxyListener(address: configuration.listen, group: group, logger: logger)
        try await listener.run(onListening: onListening) { client in
            let session = ClientSession(client: client, configuration: configuration, logger: logger)
            var exchange = WebDriverExchange(session: session, upstream: upstream, capabilities: capabilities)
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
        case .unboundWebSocket:
            throw AgentError.notImplemented(
                "a BiDi connection needs a session: POST /session with webSocketUrl true first")
        }
    }
}
