import NIOCore

/// Keeps the bytes that HTTP decoders hand on when they go.
final class LeftoverCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var bytes: ByteBuffer
    /// The peer has sent its last byte.
    private(set) var hasEnded: Bool

    init(_ bytes: ByteBuffer, hasEnded: Bool) {
        self.bytes = bytes
        self.hasEnded = hasEnded
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        bytes.writeBuffer(&part)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { hasEnded = true }
    }
}
