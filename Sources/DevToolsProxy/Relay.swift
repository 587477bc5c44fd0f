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
            try await client.eventLoop.flatSubmit { join(client, upstream, linger: linger) }.get()
            try? await client.channel.closeFuture.get()
            try? await upstream.channel.closeFuture.get()
        }
    }

    private static func join(
        _ client: ClientConnection, _ upstream: UpstreamConnection, linger: TimeAmount
    ) -> EventLoopFuture<Void> {
        let states = (client: client.readerState, upstream: upstream.readerState)
        let ends = NIOLoopBound(RelayHandler.pair(linger: linger), eventLoop: client.eventLoop)
        let joined = client.eventLoop.makeCompletedFuture {
            try client.replaceReader(with: ends.value.client)
            try upstream.replaceReader(with: ends.value.upstream)
        }.flatMap {
            leaveHTTP(client, upstream)
        }.map {
            ends.value.client.start(after: states.client)
            ends.value.upstream.start(after: states.upstream)
        }
        joined.whenFailure { _ in ends.value.client.dissolve() }
        return joined
    }

    /// A decoder that goes hands the bytes it has not used on, which are written to the other channel at once; what
    /// takes other things than bytes there must have gone before. The client's decoder lets all writes pass.
    private static func leaveHTTP(_ client: ClientConnection, _ upstream: UpstreamConnection) -> EventLoopFuture<Void> {
        HTTPPipeline.removeEncoder(from: client)
            .flatMap { HTTPPipeline.removeEncoder(from: upstream) }
            .flatMap { HTTPPipeline.removeDecoder(from: upstream) }
            .flatMap { HTTPPipeline.removeDecoder(from: client) }
    }
}
