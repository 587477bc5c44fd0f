import AgentCore
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers bytes that are no HTTP with a JSON error, then closes.
///
/// Only between requests: while one is being answered, an error belongs to its body and is passed on.
final class MalformedRequestHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let exchanges: ExchangeHandler
    private var closing = false

    /// - Parameter exchanges: of the same connection, nearer to the socket.
    init(exchanges: ExchangeHandler) {
        self.exchanges = exchanges
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard exchanges.unanswered.isEmpty, !closing, !(error is ChannelError) else {
            return context.fireErrorCaught(error)
        }
        closing = true
        let tooLarge = (error as? HTTPParserError) == .headerOverflow
        let failure =
            tooLarge
            ? AgentError(.headersTooLarge, "the request head is larger than the agent takes")
            : AgentError.invalidArgument("this is not a well-formed HTTP/1.1 request")
        respond(context, failure)
    }

    private func respond(_ context: ChannelHandlerContext, _ error: AgentError) {
        let body = error.jsonBody
        var head = HTTPResponse(status: error.code.status)
        head.headerFields[.contentType] = "application/json"
        head.headerFields[.contentLength] = "\(body.readableBytes)"
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }
}
