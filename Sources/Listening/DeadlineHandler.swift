import AgentCore
package import NIOCore
package import NIOHTTP1

/// Ends a connection whose client keeps the agent waiting for longer than `ClientDeadlines` allow, and tells the table
/// when the client is all the connection waits for.
///
/// A head that does not come in time is answered 408 if it has begun, else the connection is just closed. A body that
/// stops has whoever reads it fail with `requestTimeout`. After a 101 the connection is left alone.
///
/// Stands behind the decoder, so that it sees requests, and answers before they are bytes. One timer is set at most, and
/// looks, when it fires, what has become of its reason: a request sets none.
package final class DeadlineHandler: ChannelDuplexHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart
    package typealias OutboundIn = HTTPServerResponsePart
    package typealias OutboundOut = HTTPServerResponsePart

    /// After which a body that has stopped is no reason to refuse another connection.
    private static let spareAfter = TimeAmount.seconds(5)
    /// For the event loop to look at its sockets.
    private static let lastLook = TimeAmount.milliseconds(10)
    /// For the client to take the answer to a request that came too slowly.
    private static let lastPatience = Duration.seconds(1)

    private let deadlines: ClientDeadlines
    private let connection: TrackedConnection
    private let refusals: RefusalHandler
    private var unanswered = 0
    private var isReceiving = false
    private var isTunnel = false
    /// The body that was being received has been given up.
    private var hasFailed = false
    /// When the head that is waited for has to be there.
    private var headDue: NIODeadline?
    /// Since when the next part of a body is waited for.
    private var bodyAwaited: NIODeadline?
    /// The deadline that was found to have passed.
    private var missed: NIODeadline?
    private var timer: (at: NIODeadline, task: Scheduled<Void>)?
    private var context: ChannelHandlerContext?

    /// - Parameter refusals: of the same connection.
    package init(_ deadlines: ClientDeadlines, connection: TrackedConnection, refusals: RefusalHandler) {
        (self.deadlines, self.connection, self.refusals) = (deadlines, connection, refusals)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isTunnel else { return context.fireChannelRead(data) }
        bodyAwaited = nil
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            (isReceiving, headDue) = (true, nil)
            connection.isBusy()
        case .body: break
        case .end:
            isReceiving = false
            connection.isBusy()
            awaitHeadIfIdle()
        }
        context.fireChannelRead(data)
    }

    /// Somebody wants more of the request.
    package func read(context: ChannelHandlerContext) {
        if isReceiving, bodyAwaited == nil, !isTunnel {
            let now = context.eventLoop.now
            bodyAwaited = now
            connection.awaitsClient(from: now + Self.spareAfter)
            setTimer()
        }
        context.read()
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isTunnel else { return context.write(data, promise: promise) }
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status == .switchingProtocols: becomeTunnel()
        case .end:
            unanswered = max(0, unanswered - 1)
            if hasFailed { awaitHead(within: Self.lastPatience) } else { awaitHeadIfIdle() }
        case .head, .body: break
        }
        context.write(data, promise: promise)
    }

    private func becomeTunnel() {
        isTunnel = true
        (headDue, bodyAwaited) = (nil, nil)
        connection.isBusy()
    }

    private func awaitHeadIfIdle() {
        guard unanswered == 0, !isReceiving else { return }
        awaitHead(within: deadlines.keepAlive)
    }

    private func awaitHead(within patience: Duration) {
        guard let now = context?.eventLoop.now else { return }
        headDue = now + TimeAmount(patience)
        refusals.hasReceived = false
        connection.awaitsClient(from: now)
        setTimer()
    }
}

extension DeadlineHandler {
    private var due: NIODeadline? {
        headDue ?? (hasFailed ? nil : bodyAwaited.map { $0 + TimeAmount(deadlines.body) })
    }

    private func setTimer() {
        if let due { setTimer(at: due) }
    }

    private func setTimer(at due: NIODeadline) {
        guard let context else { return }
        if let timer {
            guard due < timer.at else { return }
            timer.task.cancel()
        }
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [weak self] () -> Void in
            self?.timerFired()
        }
        timer = (due, task)
    }

    /// Whoever was stopped, as a program or with the whole machine, finds deadlines missed whose clients have long sent
    /// what was due: before one counts, sockets are read once more.
    private func timerFired() {
        timer = nil
        guard let due, let now = context?.eventLoop.now, due <= now else { return setTimer() }
        guard due == missed else {
            missed = due
            return setTimer(at: now + Self.lastLook)
        }
        fail(AgentError(.requestTimeout, "the request did not arrive in time"))
    }

    /// Ends the wait for the client.
    private func fail(_ error: AgentError) {
        if headDue != nil {
            refusals.end(telling: refusals.hasReceived && !hasFailed ? error : nil)
        } else if unanswered == 0 {
            refusals.end(telling: nil)
        } else if !hasFailed {
            hasFailed = true
            context?.fireErrorCaught(error)
        }
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        awaitHead(within: deadlines.head)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        timer?.task.cancel()
        (timer, self.context) = (nil, nil)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ConnectionEviction else { return context.fireUserInboundEventTriggered(event) }
        // It may have gone on since it was chosen.
        guard let since = connection.spareSince, since <= context.eventLoop.now else { return connection.stay() }
        fail(connection.refusal)
    }
}
