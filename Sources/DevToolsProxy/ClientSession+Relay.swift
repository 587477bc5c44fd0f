import AgentCore
import NIOCore
import NIOHTTP1

extension ClientSession {
    /// Hands the upstream's answer to an opening handshake on to the client; if it is a 101, relays the WebSocket until
    /// both sides have closed it. Takes over the upstream's connection.
    ///
    /// - Throws: an `AgentError` as long as nothing has been sent to the client.
    func relay(_ opening: OpeningHandshake, from server: UpstreamServer) async throws -> Outcome {
        defer { opening.connection.close() }
        guard opening.head.status == .switchingProtocols else {
            try await declined(opening, by: server)
            return .close
        }
        try await client.write(.head(opening.head))
        try await Relay.run(between: client, and: opening.connection, linger: configuration.lingerTimeout)
        return .close
    }

    private func declined(_ opening: OpeningHandshake, by server: UpstreamServer) async throws {
        let body = try await opening.connection.closingOnCancellation {
            try await server.failingAsUpstream {
                try await opening.connection.collectBody(limit: 1 << 20, within: .seconds(10))
            }
        }
        try await client.send(UpstreamResponse(head: opening.head, body: body).forClient, closing: true)
    }
}
