import NIOCore
import NIOHTTP1

/// Knows which requests of a connection have no complete answer yet, and frames each answer as its request demands.
///
/// NIO's own framing does not know the request: it would give a chunked body to the answer of a HEAD. So the encoder
/// leaves framing alone, and it is decided here (RFC 9112 §6.3).
final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Oldest first. Several where the client sends requests without waiting for answers. To be read on the event loop.
    private(set) var unanswered: CircularBuffer<HTTPMethod> = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let request) = unwrapInboundIn(data) { unanswered.append(request.method) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            head.frame(asAnswerTo: unanswered.first ?? .GET)
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            _ = unanswered.popFirst()
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        }
    }
}

extension HTTPResponseHead {
    fileprivate mutating func frame(asAnswerTo method: HTTPMethod) {
        headers.remove(name: "transfer-encoding")
        if !status.mayHaveResponseBody {
            headers.remove(name: "content-length")
        } else if method != .HEAD, !headers.contains(name: "content-length") {
            headers.add(name: "transfer-encoding", value: "chunked")
        }
    }
}
