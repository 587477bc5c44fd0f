import AgentCore
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// An answer that is sent as a whole.
struct ProxyResponse: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: ByteBuffer

    /// An answer with a body; `Content-Length` is added when it is sent.
    init(status: HTTPResponseStatus, contentType: String, body: ByteBuffer) {
        self.status = status
        self.headers = [
            "Content-Type": contentType, "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin",
        ]
        self.body = body
    }

    /// The JSON error body every listener of the agent uses.
    init(_ error: AgentError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try? encoder.encode(["code": error.code.rawValue, "message": error.message])
        self.init(
            status: HTTPResponseStatus(statusCode: error.code.httpStatus), contentType: "application/json",
            body: ByteBuffer(bytes: json ?? Data("{}".utf8)))
        switch error.code {
        case .unauthenticated: headers.add(name: "WWW-Authenticate", value: "Bearer")
        case .unavailable: headers.add(name: "Retry-After", value: "1")
        case .upgradeRequired:
            headers.add(name: "Upgrade", value: "websocket")
            headers.add(name: "Sec-WebSocket-Version", value: "13")
        default: break
        }
    }

    /// The answer to a request that could not be read.
    init(malformed error: HTTPParserError) {
        guard case .headerOverflow = error else {
            self.init(AgentError.invalidArgument("the request is not HTTP/1.1: \(error)"))
            return
        }
        self.init(AgentError(.tooLarge, "the request's headers are too large: send at most 64 KiB, 32 KiB in one"))
        status = .requestHeaderFieldsTooLarge
    }
}

extension MessageChannel<HTTPServerRequestPart, HTTPServerResponsePart> {
    /// Sends a whole answer.
    ///
    /// - Parameter closing: tells the client that the connection ends with it; the caller has to end it.
    func send(_ response: ProxyResponse, closing: Bool) async throws {
        var head = HTTPResponseHead(version: .http1_1, status: response.status, headers: response.headers)
        head.headers.replaceOrAdd(name: "Content-Length", value: "\(response.body.readableBytes)")
        if closing { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(response.body)), promise: nil)
        try await write(.end(nil))
    }

    /// Ends the connection so that the last answer arrives: closing a socket with unread input would have the kernel
    /// reset it, and the answer be lost on the way. The client gets `timeout` to stop sending.
    func closeAfterLastAnswer(within timeout: Duration) async {
        let closing = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) { channel.close(promise: nil) }
        try? await channel.close(mode: .output).get()
        while (try? await next()) != nil {}
        closing.cancel()
        close()
    }
}
