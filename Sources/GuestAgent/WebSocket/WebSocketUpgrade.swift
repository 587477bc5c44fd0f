import AgentCore
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Answers a WebSocket handshake (RFC 6455 §4.2) from inside a route.
enum WebSocketUpgrade {
    /// How many WebSockets are open, of the whole process.
    static let open = Meter()

    /// Throws `upgradeRequired` when the request offers no WebSocket, or not in the form of version 13.
    ///
    /// - Parameters:
    ///   - messageLimit: largest message accepted from the client, in bytes; beyond it the close code is 1009.
    ///   - handler: runs for as long as the connection is wanted; it is cancelled when the agent stops. When it
    ///     returns the close code it gives is sent; when it throws, 1011, or what a `WebSocketError` says.
    static func response(
        to request: Request, context: AgentRequestContext, messageLimit: Int,
        handler: @escaping @Sendable (WebSocketConnection) async throws -> WebSocketCloseCode
    ) async throws -> Response {
        let headers = try await handshake(request, context: context)
        let body = ResponseBody { writer in
            open.add()
            defer { open.subtract() }
            let connection = WebSocketConnection(
                inbound: request.body, outbound: writer, messageLimit: messageLimit)
            await connection.run(handler)
            try await writer.finish(nil)
        }
        return Response(status: .switchingProtocols, headers: headers, body: body)
    }

    /// NIO knows the arithmetic of the handshake; this hands it the three header fields it reads.
    private static func handshake(_ request: Request, context: AgentRequestContext) async throws -> HTTPFields {
        guard request.headers[.upgrade]?.lowercased() == "websocket" else {
            throw AgentError(.upgradeRequired, "this path is a WebSocket: send Upgrade: websocket")
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: request.uri.path)
        for field in request.headers where field.name.canonicalName.hasPrefix("sec-websocket-") {
            head.headers.add(name: field.name.rawName, value: field.value)
        }
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        do {
            let headers = try await upgrader.buildUpgradeResponse(
                channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:]
            ).get()
            return HTTPFields(
                headers.compactMap { name, value in
                    HTTPField.Name(name).map { HTTPField(name: $0, value: value) }
                })
        } catch {
            throw AgentError(
                .upgradeRequired, "the WebSocket handshake needs Sec-WebSocket-Version: 13 and one Sec-WebSocket-Key")
        }
    }
}
