import AgentCore
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// A browser endpoint that has carried out a command.
struct BrowserEndpoint: Sendable {
    let server: UpstreamServer
    let version: BrowserVersion
    /// Of the endpoint's WebSocket.
    let path: String
}

/// One attempt to find a Chromium that works.
struct BrowserSearch: Sendable {
    let location: DevToolsLocation
    let eventLoop: any EventLoop

    /// Tries the places Chromium may be at, one after the other.
    ///
    /// - Throws: `unavailable` or `badGateway`, saying what the place is like where Chromium was told to be.
    func run() async throws -> BrowserEndpoint {
        do {
            return try await prove(location.address)
        } catch let error as AgentError {
            for place in await location.alternatives() {
                do { return try await prove(place) } catch is AgentError { continue }
            }
            throw error
        }
    }

    /// Asks for the version over HTTP, and once more over a DevTools connection.
    private func prove(_ address: SocketEndpoint) async throws -> BrowserEndpoint {
        let server = UpstreamServer(name: "Chromium", address: address)
        let version = try await version(of: server)
        let endpoint = BrowserEndpoint(server: server, version: version, path: try version.browserPath)
        let opening = try await server.shakeHands(WebSocketHandshake(), uri: endpoint.path, on: eventLoop)
        defer { opening.connection.close() }
        guard opening.head.status == .switchingProtocols else {
            throw AgentError.unavailable("Chromium refuses DevTools connections with \(opening.head.status.code)")
        }
        try await opening.connection.closingOnCancellation {
            try await server.failingAsUpstream { try await roundTrip(on: opening.connection) }
        }
        return endpoint
    }

    private func version(of server: UpstreamServer) async throws -> BrowserVersion {
        let response = try await server.fetch(.GET, "/json/version", on: eventLoop, within: .seconds(5), limit: 1 << 20)
        guard response.head.status == .ok else {
            throw AgentError.unavailable("Chromium is not ready: it answers \(response.head.status.code)")
        }
        do {
            return try JSONDecoder().decode(BrowserVersion.self, from: Data(response.body.readableBytesView))
        } catch {
            throw AgentError(.badGateway, "Chromium's /json/version is not understood", cause: "\(error)")
        }
    }

    /// One command there, its answer back.
    private func roundTrip(on connection: UpstreamConnection) async throws {
        let frames = try await connection.eventLoop.flatSubmit { connection.becomeWebSocket() }.get()
        let command = ByteBuffer(string: #"{"id":1,"method":"Browser.getVersion"}"#)
        try await frames.write(WebSocketFrame(fin: true, opcode: .text, maskKey: [0, 0, 0, 0], data: command))
        while let frame = try await frames.next(within: .seconds(5)) {
            if frame.opcode == .text, String(buffer: frame.data).contains(#""id":1"#) { return }
        }
        throw UpstreamClosed()
    }
}

extension MessageChannel<HTTPClientResponsePart, HTTPClientRequestPart> {
    /// Turns the connection into a client's side of a WebSocket after a 101. On the event loop.
    func becomeWebSocket() -> EventLoopFuture<MessageChannel<WebSocketFrame, WebSocketFrame>> {
        eventLoop.makeCompletedFuture {
            try replaceReader(with: ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 20)))
            try channel.pipeline.syncOperations.addHandler(WebSocketFrameEncoder())
            return try MessageChannel<WebSocketFrame, WebSocketFrame>(wrapping: channel)
        }.flatMap { frames in
            HTTPPipeline.leave(self).map { frames }
        }
    }
}
