import AgentCore
import NIOHTTP1
import ServiceLifecycle

/// The door to Chromium's DevTools: its documents over HTTP, the DevTools protocol over WebSocket.
///
/// A WebSocket is relayed byte by byte as soon as Chromium has agreed to it; what Chromium answers to the handshake is
/// what the client gets. While Chromium is down requests are held for the hold timeout, then answered 503. When it dies
/// its clients are sent a close with status 1000.
package struct CDPProxy: Service {
    private let listener: ProxyListener
    private let browser: BrowserUpstream

    package init(listener: ProxyListener, browser: BrowserUpstream) {
        self.listener = listener
        self.browser = browser
    }

    /// Listens until cancelled or shut down gracefully; relayed clients are then sent a close with status 1001.
    ///
    /// - Throws: `unavailable` if the address cannot be listened on.
    package func run() async throws {
        try await listener.run { session in
            await session.run { try await answer($0, in: session) }
        }
    }

    private func answer(_ request: ProxyRequest, in session: ClientSession) async throws -> ClientSession.Outcome {
        if WebSocketHandshake.isOffered(by: request.head) {
            return try await relay(request, in: session)
        }
        let document = try CDPDocument(request.head.method, request.target)
        try await session.skipBody(limit: 1 << 20)
        let (response, server) = try await browser.fetch(
            request.head.method, document.uri, on: session.client.eventLoop)
        var answer = response.forClient
        answer.body = request.rewriter(for: server).rewrite(answer.body)
        try await session.client.send(answer, closing: !request.head.canBeFollowed)
        return .keepAlive
    }

    private func relay(_ request: ProxyRequest, in session: ClientSession) async throws -> ClientSession.Outcome {
        let handshake = try WebSocketHandshake(request.head)
        try await session.skipBody(limit: 1 << 20)
        let opening = try await browser.open(CDPTarget(request.target), handshake, on: session.client.eventLoop)
        return try await session.relay(opening)
    }
}
