package import AgentCore
package import NIOCore

/// The handler nearest to the socket: ends a connection with an answer, whatever the handlers behind it are doing.
///
/// After the answer nothing comes through any more. The client gets a second to take it and to stop sending, because
/// closing a socket with unread input has the kernel reset the connection, and the answer may be lost on the way. Of
/// those a table has only so many; the others are closed at once.
package final class RefusalHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private static let linger = TimeAmount.seconds(1)

    /// Bytes have come since this was last set to `false`.
    var hasReceived = false
    private let table: ConnectionTable
    private var pending: AgentError?
    private var isOver = false
    private var isLingering = false
    private var context: ChannelHandlerContext?

    /// - Parameters:
    ///   - table: of the listener.
    ///   - error: what a connection is told that is not let in; `nil` for one that is.
    package init(table: ConnectionTable, refusing error: AgentError? = nil) {
        self.table = table
        pending = error
    }

    /// Ends the connection. To be called on its event loop, and not in the middle of an answer.
    ///
    /// - Parameter error: what the client is told; `nil` for nothing.
    func end(telling error: AgentError?) {
        guard !isOver, let context else { return }
        isOver = true
        guard let error else { return context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: error.lastAnswer)), promise: nil)
        isLingering = table.beginLingering()
        guard isLingering else { return context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.linger) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    package func channelActive(context: ChannelHandlerContext) {
        if let pending { end(telling: pending) }
        context.fireChannelActive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasReceived = true
        if !isOver { context.fireChannelRead(data) }
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        if isOver, event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        if isLingering { table.endLingering() }
        isLingering = false
        context.fireChannelInactive()
    }
}
