import AgentCore
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

extension BrowserUpstream {
    /// See `CDPProxy.check()`.
    func check(on eventLoop: any EventLoop) async throws -> BrowserVersion {
        let version = try await version(on: eventLoop)
        let opening = try await server.shakeHands(WebSocketHandshake(), uri: version.browserPath, on: eventLoop)
        defer { opening.connection.close() }
        guard opening.head.status == .switchingProtocols else {
            throw AgentError.unavailable("Chromium refuses DevTools connections with \(opening.head.status.code)")
        }
        try await opening.connection.closingOnCancellation {
            try await server.failingAsUpstream { try await roundTrip(on: opening.connection) }
        }
        return version
    }

    /// One command there, its answer back.
    private func roundTrip(on connection: UpstreamConnection) async throws {
        let frames = try await connection.eventLoop.flatSubmit { connection.becomeWebSocket() }.get()
        let command = ByteBuffer(string: #"{"id":1,"method":"Browser.getVersion"}"#)
        try await frames.write(WebSocketFrame(fin: true, opcode: .text, maskKey: [0, 0, 0, 0], data: command))
        while let frame = try await frames.next(within: .seconds(5)) {
            if frame.opcode == .text, String(buffer: frame.data).contains(#""id":1"#) { return }
        }
        throw UpstreamClosed()
    }
}

extension MessageChannel<HTTPClientResponsePart, HTTPClientRequestPart> {
    /// Turns the connection into a client's side of a WebSocket after a 101. On the event loop.
    func becomeWebSocket() -> EventLoopFuture<MessageChannel<WebSocketFrame, WebSocketFrame>> {
        eventLoop.makeCompletedFuture {
            try replaceReader(with: ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 20)))
            try channel.pipeline.syncOperations.addHandler(WebSocketFrameEncoder())
            return try MessageChannel<WebSocketFrame, WebSocketFrame>(wrapping: channel)
        }.flatMap { frames in
            HTTPPipeline.removeEncoder(from: self)
                .flatMap { HTTPPipeline.removeDecoder(from: self) }
                .map { frames }
        }
    }
}
