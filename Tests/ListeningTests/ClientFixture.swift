import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import Listening

/// A connection of a listener without a socket, whose clock the test moves.
final class ClientFixture {
    let channel = EmbeddedChannel()
    let isAdmitted: Bool
    private let failures = FailureCollector()

    init(_ limits: ClientLimits, after delay: TimeAmount = .zero) throws {
        channel.embeddedEventLoop.advanceTime(by: delay)
        let admission = try limits.admit(channel)
        isAdmitted = admission != nil
        if let admission {
            try channel.pipeline.syncOperations.addHandlers([
                HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits.parser)),
                admission.deadlines, failures,
            ])
            channel.closeFuture.whenComplete { [place = admission.connection] _ in place.leave() }
        }
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

    /// What reached the end of the pipeline as an error.
    var failure: (any Error)? { failures.last }

    func send(_ text: String) throws {
        channel.read()
        try channel.writeInbound(ByteBuffer(string: text))
        channel.read()
    }

    func answer(_ status: HTTPResponseStatus = .ok) throws {
        channel.write(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status)), promise: nil)
        if status != .switchingProtocols { channel.write(HTTPServerResponsePart.end(nil), promise: nil) }
        channel.flush()
        _ = try received()
    }

    func wait(_ time: TimeAmount) {
        channel.embeddedEventLoop.advanceTime(by: time)
    }

    /// All that the client has been sent since this was last asked.
    func received() throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }
}

private final class FailureCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private(set) var last: (any Error)?

    func errorCaught(context: ChannelHandlerContext, error: any Error) { last = error }
}
