import NIOCore
import NIOHTTP1

/// Lets an ordinary route answer 101 and go on with raw bytes.
///
/// Stands between the HTTP/1 codec and `HTTP1ToHTTPServerCodec`. While a request that offers a WebSocket is being
/// answered, its `.end` is held back. When the answer is 101, the codec and this handler leave the pipeline and a
/// `ByteTunnelHandler` takes over: from then on the request body *is* the inbound byte stream and what the response
/// body writes goes out verbatim, under the same back-pressure as any other body. Any other answer is sent as usual
/// and ends the connection, because NIO's parser does not go on once an upgrade was offered.
///
/// NIO's typed upgrader is not used: it drops the head of a request whose upgrade is declined, so that such a request
/// never gets its answer, and it looks at the first request of a connection only.
final class UpgradeOfferHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// No offer is open; parts pass. May become `offered`.
        case idle
        /// A request with an upgrade offer is being answered. Becomes `declined`, or the handler leaves.
        case offered(webSocket: Bool, heldEnd: HTTPServerRequestPart?)
        /// The offer was answered with something else than 101; the connection closes after that answer.
        case declined
    }

    private var state = State.idle
    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>

    /// - Parameters:
    ///   - encoder: the response encoder in front of this handler, removed when a tunnel opens.
    ///   - decoder: the request decoder in front of this handler, which must forward left-over bytes when removed.
    init(encoder: HTTPResponseEncoder, decoder: ByteToMessageHandler<HTTPRequestDecoder>) {
        self.encoder = encoder
        self.decoder = decoder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch (state, part) {
        case (.idle, .head(let head)) where head.offersUpgrade:
            state = .offered(webSocket: head.offersWebSocket, heldEnd: nil)
            context.fireChannelRead(data)
        case (.offered(webSocket: true, heldEnd: nil), .end):
            state = .offered(webSocket: true, heldEnd: part)
        default:
            context.fireChannelRead(data)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch (state, unwrapOutboundIn(data)) {
        case (.offered(webSocket: true, _), .head(let head)) where head.status == .switchingProtocols:
            context.write(data, promise: promise)
            openTunnel(context)
        case (.offered(_, let heldEnd), .head(let head)) where head.status.code >= 200:
            decline(context, head: head, heldEnd: heldEnd, promise: promise)
        case (.declined, .end):
            context.writeAndFlush(data, promise: promise)
            context.close(mode: .output, promise: nil)
        default:
            context.write(data, promise: promise)
        }
    }

    private func openTunnel(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(ByteTunnelHandler(), position: .after(self))
            pipeline.removeHandler(encoder, promise: nil)
            pipeline.removeHandler(context: context, promise: nil)
            // Bytes the client sent right behind its request leave the decoder here and enter the tunnel; the
            // asynchronous channel hands them on only when told that a read is complete.
            pipeline.removeHandler(decoder).assumeIsolated().whenComplete { _ in
                pipeline.fireChannelReadComplete()
            }
        } catch {
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }

    private func decline(
        _ context: ChannelHandlerContext, head: HTTPResponseHead, heldEnd: HTTPServerRequestPart?,
        promise: EventLoopPromise<Void>?
    ) {
        state = .declined
        var head = head
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.write(wrapOutboundOut(.head(head)), promise: promise)
        if let heldEnd { context.fireChannelRead(wrapInboundOut(heldEnd)) }
    }
}

extension HTTPRequestHead {
    /// Whether NIO's parser stops behind this request: `Upgrade` together with `Connection: upgrade`, or CONNECT.
    fileprivate var offersUpgrade: Bool {
        method == .CONNECT || (headers.contains(name: "upgrade") && headers.hasToken("upgrade", in: "connection"))
    }

    /// Whether it offers a WebSocket in the form of RFC 6455 §4.1: a GET, hence without a body.
    fileprivate var offersWebSocket: Bool {
        offersUpgrade && method == .GET && headers.hasToken("websocket", in: "upgrade")
    }
}

extension HTTPHeaders {
    /// - Parameter token: in lower case; values are compared without regard to case.
    fileprivate func hasToken(_ token: String, in name: String) -> Bool {
        self[canonicalForm: name].contains { $0.lowercased() == token }
    }
}
