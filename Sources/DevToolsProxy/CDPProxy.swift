import AgentCore
package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The door to Chromium's DevTools: its documents over HTTP, the DevTools protocol over WebSocket.
///
/// A WebSocket is relayed byte by byte as soon as Chromium has agreed to it; what Chromium answers to the handshake is
/// what the client gets. While Chromium is down requests are held for the hold timeout, then answered 503. When it dies
/// its clients are sent a close with status 1000.
package struct CDPProxy: Service {
    private let configuration: ProxyConfiguration
    let upstream: BrowserUpstream
    let group: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - group: the event loops that carry the connections.
    ///   - onListening: called once with the port, which is of interest where the configured one is 0.
    package init(
        configuration: ProxyConfiguration, group: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.upstream = BrowserUpstream(address: configuration.upstream, holdTimeout: configuration.holdTimeout)
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
            await session.run { try await answer($0, in: session) }
        }
    }

    /// Asks Chromium for its version over HTTP and once more over a DevTools connection of its own, without waiting for
    /// a Chromium that is down.
    ///
    /// - Throws: `unavailable` if it does not do both within five seconds each, `badGateway` if it answers nonsense.
    package func check() async throws -> BrowserVersion {
        try await upstream.check(on: group.any())
    }

    /// Whether `check` succeeds.
    package func isReady() async -> Bool {
        (try? await check()) != nil
    }

    private func answer(_ request: ProxyRequest, in session: ClientSession) async throws -> ClientSession.Outcome {
        if WebSocketHandshake.isOffered(by: request.head) {
            return try await relay(request, in: session)
        }
        let document = try CDPDocument(request.head.method, request.target)
        try await session.skipBody(limit: 1 << 20)
        let response = try await upstream.fetch(request.head.method, document.uri, on: session.client.eventLoop)
        let rewriter = AddressRewriter(address: request.clientAddress, upstream: configuration.upstream.description)
        var answer = response.forClient
        answer.body = rewriter.rewrite(answer.body)
        try await session.client.send(answer, closing: !request.head.canBeFollowed)
        return .keepAlive
    }

    private func relay(_ request: ProxyRequest, in session: ClientSession) async throws -> ClientSession.Outcome {
        let handshake = try WebSocketHandshake(request.head)
        try await session.skipBody(limit: 1 << 20)
        let opening = try await upstream.open(
            CDPTarget(request.target), handshake, on: session.client.eventLoop)
        return try await session.relay(opening, from: upstream.server)
    }
}
