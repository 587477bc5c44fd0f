import NIOCore

/// One end of a relay: passes what its channel reads to the other end, untouched.
///
/// Both channels live on one event loop, so a chunk is written from within the read that brought it. A channel is read
/// again only when the other can take more, so a slow reader slows the sender down and neither direction holds more
/// than one chunk and NIO's write buffer (64 KiB). A half-close is passed on. When the upstream ends without a
/// WebSocket close the client is sent one, provided the stream stands between two frames. From the first end on, the
/// other side has `linger` to take what is left before both are closed.
final class RelayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Side {
        case client
        case upstream
    }

    private let side: Side
    private let linger: TimeAmount
    private var partner: RelayHandler?
    private var context: ChannelHandlerContext?
    /// Where the frames stand that this channel has sent; followed for the upstream only.
    private var frames = FrameBoundary()
    /// The partner could take no more when this channel would have been read.
    private var readIsHeldBack = false
    private var hasEnded = false
    /// What has happened while the other channel could not be written to yet; `nil` once started.
    private var beforeStart: MessageReaderState? = MessageReaderState()
    private var deadline: Scheduled<Void>?

    private init(side: Side, linger: TimeAmount) {
        self.side = side
        self.linger = linger
    }

    /// The two ends of a relay, not yet in their pipelines.
    static func pair(linger: TimeAmount) -> (client: RelayHandler, upstream: RelayHandler) {
        let client = RelayHandler(side: .client, linger: linger)
        let upstream = RelayHandler(side: .upstream, linger: linger)
        client.partner = upstream
        upstream.partner = client
        return (client, upstream)
    }

    /// Begins to read, once both ends are in place. What the HTTP decoders had left over has been written by now.
    ///
    /// - Parameter state: what happened on the channel before this handler was there to notice.
    func start(after state: MessageReaderState) {
        let earlier = beforeStart ?? state
        beforeStart = nil
        partner?.context?.flush()
        if state.hasEnded || earlier.hasEnded { endInput() }
        if state.isShuttingDown || earlier.isShuttingDown { shutDown() }
        readIfPossible()
    }

    /// Lets go of the other end, for a pair that is not to be used.
    func dissolve() {
        partner?.partner = nil
        partner = nil
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        deadline?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let target = partner?.context else { return }
        if side == .upstream { frames.advance(over: unwrapInboundIn(data).readableBytesView) }
        target.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
        readIfPossible()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable, let partner, partner.readIsHeldBack else { return }
        partner.readIfPossible()
    }

    /// Reads on unless the partner is behind. Without a partner the channel is drained, so that its peer can finish.
    private func readIfPossible() {
        readIsHeldBack = partner?.context?.channel.isWritable == false
        if !readIsHeldBack { context?.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { endInput() }
        if event is ProxyShutdown { shutDown() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        endInput()
        guard beforeStart == nil else { return }
        if side == .client { partner?.context?.close(promise: nil) }
        partner = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Nothing more comes from this channel. A client may still take what the upstream sends; an upstream that has
    /// ended is of no more use, and what the client still sends is thrown away.
    private func endInput() {
        guard !hasEnded else { return }
        guard beforeStart == nil else {
            beforeStart?.hasEnded = true
            return
        }
        hasEnded = true
        switch side {
        case .client: partner?.finish(with: nil)
        case .upstream: leaveClient(.normal, "the browser has closed the connection")
        }
    }

    /// The agent stops: says so to the client.
    private func shutDown() {
        guard side == .client else { return }
        guard beforeStart == nil else {
            beforeStart?.isShuttingDown = true
            return
        }
        partner?.leaveClient(.goingAway, "the agent is stopping")
    }

    private func leaveClient(_ close: WebSocketClose, _ reason: StaticString) {
        guard let client = partner else { return }
        dissolve()
        client.finish(with: closeFrame(close, reason))
        context?.close(promise: nil)
    }

    /// Half-closes this channel behind all that is still to be written to it; closes it fully in due time.
    private func finish(with frame: ByteBuffer?) {
        guard let context, deadline == nil else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: linger) { [weak self] in
            self?.context?.close(promise: nil)
        }
        let last = wrapOutboundOut(frame ?? ByteBuffer())
        context.writeAndFlush(last).assumeIsolated().whenComplete { [weak self] _ in
            self?.context?.close(mode: .output, promise: nil)
        }
        readIfPossible()
    }

    private func closeFrame(_ close: WebSocketClose, _ reason: StaticString) -> ByteBuffer? {
        guard frames.isBetweenFrames, !frames.hasSeenClose else { return nil }
        return close.frame(reason: reason)
    }
}
