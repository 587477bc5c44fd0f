import AgentCore
import NIOCore
import NIOHTTPTypes

/// Notices that a client has left while its answer is still being worked on.
///
/// Reading the request's body tells that too, but only at the price of the connection: what has been read of the next
/// request would be lost. A client that closes its sending side counts as gone.
final class ClientPresenceHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart

    let departed = CompletionLatch()

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { departed.open() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        departed.open()
        context.fireChannelInactive()
    }
}

extension AgentRequestContext {
    /// Runs `body` and cancels it when the client leaves.
    ///
    /// Throws what `body` throws, `CancellationError` when the client was first.
    func cancellingWhenClientLeaves<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let departed = try await channel.pipeline.handler(type: ClientPresenceHandler.self).map(\.departed).get()
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await departed.wait()
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else { throw CancellationError() }
            return result
        }
    }
}
