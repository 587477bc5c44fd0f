import AgentCore
import NIOCore
import NIOHTTP1

/// A WebSocket handshake an upstream has answered.
struct OpeningHandshake: Sendable {
    let handshake: WebSocketHandshake
    let server: UpstreamServer
    let connection: UpstreamConnection
    /// 101 means that the connection is a WebSocket from here on.
    let head: HTTPResponseHead
}

extension UpstreamServer {
    /// Opens a connection and asks for a WebSocket on it. The caller closes the connection.
    ///
    /// - Throws: `unavailable`, `badGateway`.
    func shakeHands(
        _ handshake: WebSocketHandshake, uri: String, on eventLoop: any EventLoop
    ) async throws -> OpeningHandshake {
        let connection = try await connect(on: eventLoop)
        do {
            let head = try await connection.closingOnCancellation {
                try await failingAsUpstream {
                    try await connection.send(handshake.upstreamHead(uri: uri, authority: address.description))
                    return try await connection.nextHead(within: .seconds(10))
                }
            }
            return OpeningHandshake(handshake: handshake, server: self, connection: connection, head: head)
        } catch {
            connection.close()
            throw error
        }
    }
}
