import AgentCore
import NIOCore
import NIOHTTP1

/// The requests of one client connection and the connection to chromedriver that serves them, kept for the next.
struct WebDriverExchange {
    let session: ClientSession
    let driver: DriverUpstream
    let capabilities: SessionCapabilities
    private var kept: UpstreamConnection?

    /// Largest body of a `POST /session`, and largest answer to it, in bytes.
    private static let sessionLimit = 1 << 20
    /// Largest body that may come in chunks, in bytes.
    private static let chunkedLimit = 16 << 20

    init(session: ClientSession, driver: DriverUpstream, capabilities: SessionCapabilities) {
        self.session = session
        self.driver = driver
        self.capabilities = capabilities
    }

    /// Closes the connection to chromedriver.
    func end() {
        kept?.close()
    }

    /// Opens a session on the running browser.
    mutating func newSession(_ request: ProxyRequest) async throws -> ClientSession.Outcome {
        let body = try capabilities.attaching(try await session.collectBody(limit: Self.sessionLimit))
        let head = upstreamHead(for: request, contentLength: body.readableBytes)
        try await makeReady()
        let response = try await converse { connection, server in
            try await server.failingAsUpstream {
                connection.channel.write(HTTPClientRequestPart.head(head), promise: nil)
                connection.channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil)
                try await connection.write(.end(nil))
                let head = try await connection.nextHead()
                return UpstreamResponse(head: head, body: try await connection.collectBody(limit: Self.sessionLimit))
            }
        }
        var answer = response.forClient
        answer.body = request.rewriter(for: driver.server).rewrite(answer.body)
        try await session.client.send(answer, closing: !request.head.canBeFollowed)
        return .keepAlive
    }

    /// Passes a request and its answer on. Neither is held in memory, but for a request in chunks: chromedriver takes
    /// none, and has to be told the length beforehand.
    mutating func command(_ request: ProxyRequest) async throws -> ClientSession.Outcome {
        let isChunked = request.head.headers.contains(name: "Transfer-Encoding")
        let collected = isChunked ? try await session.collectBody(limit: Self.chunkedLimit) : nil
        let head = upstreamHead(for: request, contentLength: collected?.readableBytes)
        let session = session
        return try await converse { connection, server in
            try await server.failingAsUpstream { try await connection.write(.head(head)) }
            if let collected {
                try await server.failingAsUpstream { try await connection.write(.body(.byteBuffer(collected))) }
            } else {
                try await session.forwardBody(to: connection, of: server)
            }
            let answer = try await server.failingAsUpstream {
                try await connection.write(.end(nil))
                return try await connection.nextHead()
            }
            try await session.forward(answer, from: connection, to: request)
            return .keepAlive
        }
    }

    /// Relays a session's BiDi connection.
    func webSocket(_ request: ProxyRequest) async throws -> ClientSession.Outcome {
        let handshake = try WebSocketHandshake(request.head)
        try await session.skipBody(limit: Self.sessionLimit)
        let opening = try await driver.server.shakeHands(
            handshake, uri: request.target.uri, on: session.client.eventLoop)
        return try await session.relay(opening)
    }

    /// Serves a BiDi connection that will ask for a session.
    func unboundWebSocket(_ request: ProxyRequest) async throws -> ClientSession.Outcome {
        let handshake = try WebSocketHandshake(request.head)
        try await session.skipBody(limit: Self.sessionLimit)
        let opening = try await driver.browser.hold.run {
            try await driver.server.shakeHands(handshake, uri: request.target.uri, on: session.client.eventLoop)
        }
        guard opening.head.status == .switchingProtocols else { return try await session.relay(opening) }
        defer { opening.connection.close() }
        try await session.client.write(.head(opening.head))
        return try await AnswerInterrupted.rethrowing {
            try await opening.connection.closingOnCancellation { try await negotiate(request, opening) }
        }
    }

    private func negotiate(
        _ request: ProxyRequest, _ opening: OpeningHandshake
    ) async throws -> ClientSession.Outcome {
        let client = try await session.client.leavingHTTP(HTTPPipeline.leave)
        let driverEnd = try await opening.connection.leavingHTTP(HTTPPipeline.leave)
        let browser = driver.browser
        var negotiation = BiDiNegotiation(
            client: client, driver: driverEnd, capabilities: capabilities,
            rewriter: request.rewriter(for: driver.server),
            browserIsReady: { _ = try await browser.hold.run { try await browser.find() } })
        let rest = try await negotiation.run()
        let clientSocket = try await client.detach(with: rest.client, isEncrypted: session.isEncrypted) {
            $0.eventLoop.makeSucceededVoidFuture()
        }
        let driverSocket = try await driverEnd.detach(with: rest.driver) { $0.eventLoop.makeSucceededVoidFuture() }
        await session.relay(clientSocket, driverSocket, pinging: opening.handshake.answersPings)
        return .close
    }

    /// Runs one exchange on the kept connection, or a new one if chromedriver has closed that. A connection on which
    /// something went wrong is not kept.
    private mutating func converse<Result>(
        _ body: (UpstreamConnection, UpstreamServer) async throws -> Result
    ) async throws -> Result {
        let connection = try await connection()
        kept = nil
        do {
            let result = try await connection.closingOnCancellation { try await body(connection, driver.server) }
            kept = connection
            return result
        } catch {
            connection.close()
            throw error
        }
    }

    /// Waits until a session can be opened, with the connection for it.
    private mutating func makeReady() async throws {
        let connection = try await driver.waitForBoth(on: session.client.eventLoop)
        kept?.close()
        kept = connection
    }

    private func connection() async throws -> UpstreamConnection {
        if let kept {
            if await kept.isUsable() { return kept }
            kept.close()
        }
        return try await driver.server.connect(on: session.client.eventLoop)
    }

    /// chromedriver takes requests only for its own address and from no web page.
    ///
    /// - Parameter contentLength: in place of what the client says; `nil` leaves that, or says that there is no body.
    private func upstreamHead(for request: ProxyRequest, contentLength: Int?) -> HTTPRequestHead {
        var headers = request.head.headers.endToEnd
        headers.remove(name: "Origin")
        headers.remove(name: "Authorization")
        headers.remove(name: "Expect")
        headers.replaceOrAdd(name: "Host", value: driver.server.address.description)
        if contentLength != nil || !headers.contains(name: "Content-Length") {
            headers.replaceOrAdd(name: "Content-Length", value: "\(contentLength ?? 0)")
        }
        return HTTPRequestHead(
            version: .http1_1, method: request.head.method, uri: request.target.uri, headers: headers)
    }
}

extension ClientSession {
    /// Streams the current request's body to an upstream.
    fileprivate func forwardBody(to connection: UpstreamConnection, of server: UpstreamServer) async throws {
        while let part = try await nextBodyPart() {
            try await server.failingAsUpstream { try await connection.write(.body(.byteBuffer(part))) }
        }
    }

    /// Streams an upstream's answer to the client.
    fileprivate func forward(
        _ answer: HTTPResponseHead, from connection: UpstreamConnection, to request: ProxyRequest
    ) async throws {
        var head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: answer.headers.endToEnd)
        head.headers.replaceOrAdd(name: "Cross-Origin-Resource-Policy", value: "same-origin")
        if !request.head.canBeFollowed { head.headers.add(name: "Connection", value: "close") }
        try await AnswerInterrupted.rethrowing {
            try await client.write(.head(head))
            while let part = try await connection.nextBodyPart() {
                try await client.write(.body(.byteBuffer(part)))
            }
            try await client.write(.end(nil))
        }
    }
}

extension HTTPHeaders {
    /// Without the headers that concern one connection only (RFC 9110 §7.6.1).
    fileprivate var endToEnd: HTTPHeaders {
        var headers = self
        for name in self[canonicalForm: "connection"] { headers.remove(name: String(name)) }
        for name in ["Connection", "Keep-Alive", "Proxy-Connection", "TE", "Transfer-Encoding", "Upgrade"] {
            headers.remove(name: name)
        }
        return headers
    }
}
