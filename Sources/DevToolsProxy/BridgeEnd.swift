import NIOCore

/// One of two channels of an event loop that pass their bytes to each other.
///
/// Neither channel may read by itself: each is read when the other one takes more, so that what waits in memory is one
/// read and what NIO takes for writable, in each direction. A half-close is passed on; when one channel is closed the
/// other one is too, behind what it has been given.
final class BridgeEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var partner: BridgeEnd?
    private var context: ChannelHandlerContext?

    static func pair() -> (BridgeEnd, BridgeEnd) {
        let ends = (BridgeEnd(), BridgeEnd())
        ends.0.partner = ends.1
        ends.1.partner = ends.0
        return ends
    }

    /// Has this channel read if the other one takes what comes.
    func readIfWanted() {
        guard partner?.context?.channel.isWritable == true else { return }
        context?.read()
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        partner?.closeBehindLastByte()
        self.context = nil
        partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        partner?.context?.write(data, promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
        readIfWanted()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.readIfWanted() }
    }

    func channelInactive(context: ChannelHandlerContext) { partner?.closeBehindLastByte() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { endPartner() }
    }

    /// Says to the other side that no more bytes will come from here.
    func endPartner() {
        partner?.context?.flush()
        partner?.context?.close(mode: .output, promise: nil)
    }

    private func closeBehindLastByte() {
        guard let context else { return }
        let isSent = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: isSent)
        isSent.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
}
