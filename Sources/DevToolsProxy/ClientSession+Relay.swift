import AgentCore
import NIOCore
import NIOHTTP1

extension ClientSession {
    /// Hands the upstream's answer to an opening handshake on to the client; if it is a 101, relays the WebSocket until
    /// both sides have closed it. Takes over the upstream's connection.
    ///
    /// - Throws: an `AgentError` as long as nothing has been sent to the client.
    func relay(_ opening: OpeningHandshake) async throws -> Outcome {
        defer { opening.connection.close() }
        guard opening.head.status == .switchingProtocols else {
            try await declined(opening)
            return .close
        }
        try await client.write(.head(opening.head))
        let (clientSocket, upstreamSocket) = try await AnswerInterrupted.rethrowing {
            (
                try await client.detach(isEncrypted: isEncrypted, after: HTTPPipeline.leave),
                try await opening.connection.detach(after: HTTPPipeline.leave)
            )
        }
        await relay(clientSocket, upstreamSocket, pinging: opening.handshake.answersPings)
        return .close
    }

    /// Whether the client's connection is.
    var isEncrypted: Bool { configuration.encryption != nil }

    func relay(_ client: RelaySocket, _ upstream: RelaySocket, pinging: Bool) async {
        configuration.meters.relays.add()
        defer { configuration.meters.relays.subtract() }
        let liveness = pinging ? RelayLiveness(interval: configuration.pingInterval) : nil
        await Relay(
            client: client, upstream: upstream, thread: relays, linger: configuration.lingerTimeout,
            liveness: liveness
        ).run()
    }

    private func declined(_ opening: OpeningHandshake) async throws {
        let body = try await opening.connection.closingOnCancellation {
            try await opening.server.failingAsUpstream {
                try await opening.connection.collectBody(limit: 1 << 20, within: .seconds(10))
            }
        }
        try await client.send(UpstreamResponse(head: opening.head, body: body).forClient, closing: true)
    }
}
