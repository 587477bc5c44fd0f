import NIOCore
import NIOHTTP1

/// Joins a client and an upstream whose WebSocket handshake has been agreed.
enum Relay {
    /// Passes bytes both ways until both connections are closed. Cancelling the task closes both.
    ///
    /// Both channels must be on one event loop, with the 101 sent to the client.
    static func run(between client: ClientConnection, and upstream: UpstreamConnection, linger: Duration) async throws {
        let linger = TimeAmount(linger)
        try await upstream.closingOnCancellation {
            try await client.eventLoop.flatSubmit {
                client.eventLoop.makeCompletedFuture { try join(client, upstream, linger: linger) }
            }.get()
            try? await client.channel.closeFuture.get()
            try? await upstream.channel.closeFuture.get()
        }
    }

    /// Encoders go before decoders: the bytes a decoder hands on are written to the other channel at once.
    private static func join(_ client: ClientConnection, _ upstream: UpstreamConnection, linger: TimeAmount) throws {
        let ends = RelayHandler.pair(linger: linger)
        let clientState = client.readerState
        let upstreamState = upstream.readerState
        do {
            try client.replaceReader(with: ends.client)
            try upstream.replaceReader(with: ends.upstream)
            try HTTPPipeline.removeEncoder(from: client)
            try HTTPPipeline.removeEncoder(from: upstream)
            try HTTPPipeline.removeDecoder(from: client)
            try HTTPPipeline.removeDecoder(from: upstream)
        } catch {
            ends.client.dissolve()
            throw error
        }
        ends.client.start(after: clientState)
        ends.upstream.start(after: upstreamState)
    }
}
