import AgentCore
import AsyncAlgorithms
import NIOCore
import NIOHTTPTypes
import ServiceLifecycle

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
    /// Opens when the client leaves.
    var departed: CompletionLatch {
        get async throws {
            try await channel.pipeline.handler(type: ClientPresenceHandler.self).map(\.departed).get()
        }
    }

    /// Runs `body` and cancels it when the client leaves.
    ///
    /// Throws what `body` throws, `CancellationError` when the client was first.
    func cancellingWhenClientLeaves<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await cancelling(when: [departed], body)
    }

    /// Runs `body` and cancels it when the client leaves, and when the agent begins to stop: for what would otherwise
    /// hold up either.
    ///
    /// Throws what `body` throws, `CancellationError` when one of them was first.
    func whileWanted<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        // Not `cancelWhenGracefulShutdown`: its tasks go through the cooperative pool, two more changes of thread, which
        // cost as much as moving the mouse.
        let stopping = CompletionLatch()
        let departed = try await departed
        return try await withGracefulShutdownHandler {
            try await cancelling(when: [departed, stopping], body)
        } onGracefulShutdown: {
            stopping.open()
        }
    }

    private func cancelling<Result: Sendable>(
        when latches: [CompletionLatch], _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            for latch in latches {
                group.addTask {
                    await latch.wait()
                    return nil
                }
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else { throw CancellationError() }
            return result
        }
    }
}

extension CompletionLatch {
    /// One element, when the latch is open.
    func element<Element: Sendable>(_ element: Element) -> some AsyncSequence<Element, Never> & Sendable {
        [self].async.map { latch in
            await latch.wait()
            return element
        }
    }
}
