import NIOCore
import NIOHTTP1

/// Takes the place of the HTTP/1 codec after a 101: body parts in either direction are bare bytes.
final class ByteTunnelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = ByteBuffer

    private var inboundEnded = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(.body(unwrapInboundIn(data))))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { endInbound(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        endInbound(context)
        context.fireChannelInactive()
    }

    /// Ends the request body exactly once, whether the peer half-closed or vanished.
    private func endInbound(_ context: ChannelHandlerContext) {
        guard !inboundEnded else { return }
        inboundEnded = true
        context.fireChannelRead(wrapInboundOut(.end(nil)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: promise?.succeed()
        case .body(.byteBuffer(let bytes)): context.write(wrapOutboundOut(bytes), promise: promise)
        case .body(.fileRegion): promise?.fail(ChannelError.operationUnsupported)
        case .end: context.close(mode: .output, promise: promise)
        }
    }
}
