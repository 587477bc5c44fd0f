import AgentCore
import NIOHTTP1

/// The client's side of an opening handshake (RFC 6455 §4.1), as far as it concerns the upstream.
struct WebSocketHandshake: Sendable, Equatable {
    let key: String
    let protocols: [String]
    /// Whether the client can be sent pings.
    ///
    /// Some DevTools clients take every frame for a message and break at a ping. They are small WebSocket
    /// implementations of their own, which give no name, or that of Go's HTTP library below them.
    let answersPings: Bool

    /// Whether a request asks for a WebSocket, properly or not.
    static func isOffered(by head: HTTPRequestHead) -> Bool {
        head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
    }

    /// - Throws: `methodNotAllowed`, `invalidArgument` or `upgradeRequired` for a handshake that is not one.
    init(_ head: HTTPRequestHead) throws(AgentError) {
        guard head.method == .GET else { throw AgentError(.methodNotAllowed, "open the WebSocket with GET") }
        guard head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }) else {
            throw .invalidArgument("a WebSocket request needs the header Connection: Upgrade")
        }
        guard head.headers["sec-websocket-version"] == ["13"] else {
            throw AgentError(.upgradeRequired, "send Sec-WebSocket-Version: 13")
        }
        let keys = head.headers["sec-websocket-key"]
        // Some clients send no 16 random bytes, and Chromium does not mind.
        guard keys.count == 1, !keys[0].isEmpty else {
            throw .invalidArgument("send one Sec-WebSocket-Key of 16 bytes in base64")
        }
        key = keys[0]
        protocols = head.headers["sec-websocket-protocol"]
        answersPings = head.headers.first(name: "user-agent").map { !$0.hasPrefix("Go-http-client") } ?? false
    }

    /// A handshake of the agent's own; nobody checks the key's randomness.
    init() {
        key = "Z3Vlc3QtYWdlbnQtcHJvYg=="
        protocols = []
        answersPings = true
    }

    /// The request that opens the WebSocket upstream. No extension is offered, so that frames can be passed on as they
    /// are, and no origin is named, since upstreams refuse foreign ones.
    func upstreamHead(uri: String, authority: String) -> HTTPRequestHead {
        var headers: HTTPHeaders = [
            "Host": authority, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
        ]
        for value in protocols { headers.add(name: "Sec-WebSocket-Protocol", value: value) }
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: uri, headers: headers)
    }
}
