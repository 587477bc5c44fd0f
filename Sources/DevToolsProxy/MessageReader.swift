import AgentCore
import NIOCore

/// The end of a channel's pipeline while a task pulls messages off it one at a time.
///
/// The channel must not read by itself (`autoRead` off): the socket is read only while a message is waited for, so a
/// peer is slowed down to the pace of the task, and what is held never exceeds what one read decodes to. At most one
/// caller waits at any time. To be used on the channel's event loop only.
final class MessageReader<Message: Sendable>: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Message

    private var buffered = CircularBuffer<Message>()
    private var waiting: (promise: EventLoopPromise<Message?>, stopsOnShutdown: Bool, timeout: Scheduled<Void>?)?
    private var isShuttingDown = false
    private var ending: Result<Message?, any Error>?
    private var context: ChannelHandlerContext?
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// What has happened so far, messages aside.
    var state: MessageReaderState {
        MessageReaderState(hasEnded: ending != nil, isShuttingDown: isShuttingDown)
    }

    /// The next message, `nil` after the last.
    ///
    /// - Parameters:
    ///   - timeout: after which the future fails with `requestTimeout`; `nil` waits for ever.
    ///   - stopsOnShutdown: whether `ProxyShutdown` ends the wait as if the peer had left.
    func next(within timeout: TimeAmount?, stopsOnShutdown: Bool) -> EventLoopFuture<Message?> {
        if stopsOnShutdown, isShuttingDown { return eventLoop.makeSucceededFuture(nil) }
        if let message = buffered.popFirst() { return eventLoop.makeSucceededFuture(message) }
        if let ending { return eventLoop.makeCompletedFuture(ending) }
        let promise = eventLoop.makePromise(of: Message?.self)
        waiting = (promise, stopsOnShutdown, timeout.map(scheduleTimeout))
        context?.read()
        return promise.futureResult
    }

    private func scheduleTimeout(in delay: TimeAmount) -> Scheduled<Void> {
        eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
            self?.resume(with: .failure(AgentError(.requestTimeout, "the request did not arrive in time")))
        }
    }

    private func resume(with result: Result<Message?, any Error>) {
        guard let (promise, _, timeout) = waiting else { return }
        waiting = nil
        timeout?.cancel()
        promise.completeWith(result)
    }

    private func end(_ result: Result<Message?, any Error>) {
        if ending == nil { ending = result }
        resume(with: result)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.failure(ChannelError.ioOnClosedChannel))
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let message = unwrapInboundIn(data)
        if waiting == nil { buffered.append(message) } else { resume(with: .success(message)) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if waiting != nil { context.read() }
    }

    func channelInactive(context: ChannelHandlerContext) { end(.success(nil)) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.failure(error)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { end(.success(nil)) }
        guard event is ProxyShutdown else { return }
        isShuttingDown = true
        if waiting?.stopsOnShutdown == true { resume(with: .success(nil)) }
    }
}

/// What has been noticed of a channel, for the handler that takes a `MessageReader`'s place.
struct MessageReaderState: Sendable {
    /// No further message can come: the peer has sent its last byte, or the connection broke.
    var hasEnded = false
    /// A `ProxyShutdown` has passed.
    var isShuttingDown = false
}

/// Fired through a client's channel when the agent stops: requests being served are finished, nothing new is begun.
struct ProxyShutdown: Sendable {}
