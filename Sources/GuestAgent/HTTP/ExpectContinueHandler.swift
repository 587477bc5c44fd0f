import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Tells a client that waits for it to send its body (RFC 9110 §10.1.1).
///
/// curl holds a large upload back for a second unless it is told. The word is given at once, before the route has
/// looked at the request, but never into the middle of an earlier answer on the same connection.
final class ExpectContinueHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let exchanges: ExchangeHandler

    /// - Parameter exchanges: of the same connection, nearer to the socket.
    init(exchanges: ExchangeHandler) {
        self.exchanges = exchanges
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let request) = unwrapInboundIn(data), exchanges.unanswered.count == 1,
            request.headerFields[.expect]?.lowercased() == "100-continue"
        {
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
        context.fireChannelRead(data)
    }
}
