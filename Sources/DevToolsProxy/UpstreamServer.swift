import AgentCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// The loopback server behind a proxy.
struct UpstreamServer: Sendable {
    /// What error messages call it: "Chromium", "chromedriver".
    let name: String
    let address: SocketEndpoint

    /// Opens a connection whose channel lives on the given event loop. The caller closes it.
    ///
    /// - Throws: `unavailable` if nobody listens.
    func connect(on eventLoop: any EventLoop) async throws -> UpstreamConnection {
        do {
            let bootstrap = ClientBootstrap(group: eventLoop).connectTimeout(.seconds(5))
            return try await bootstrap.connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture { try HTTPPipeline.configureUpstream(channel) }
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw AgentError.unavailable("\(name) is not reachable; try again in a moment", cause: "\(error)")
        }
    }

    /// Sends a request without a body and reads the whole answer, on a connection of its own.
    ///
    /// - Throws: `unavailable` if there is no answer within `timeout`, `badGateway` for one that is not HTTP or larger
    ///   than `limit` bytes.
    func fetch(
        _ method: HTTPMethod, _ uri: String, on eventLoop: any EventLoop, within timeout: Duration = .seconds(10),
        limit: Int = 64 << 20
    ) async throws -> UpstreamResponse {
        let connection = try await connect(on: eventLoop)
        defer { connection.close() }
        return try await connection.closingOnCancellation {
            try await failingAsUpstream {
                var headers: HTTPHeaders = ["Host": address.description, "Connection": "close"]
                if method != .GET { headers.add(name: "Content-Length", value: "0") }
                try await connection.send(
                    HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers))
                let head = try await connection.nextHead(within: timeout)
                let body = try await connection.collectBody(limit: limit, within: timeout)
                return UpstreamResponse(head: head, body: body)
            }
        }
    }

    /// Says of any failure but an `AgentError` and cancellation that the upstream is at fault.
    func failingAsUpstream<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as AgentError where error.code == .requestTimeout {
            throw AgentError.unavailable("\(name) does not answer; try again in a moment")
        } catch let error as AgentError {
            throw error
        } catch let error as HTTPParserError where error != .invalidEOFState {
            throw AgentError(.badGateway, "\(name) sent an answer that is not HTTP", cause: "\(error)")
        } catch {
            try Task.checkCancellation()
            throw AgentError.unavailable("\(name) has closed the connection; try again in a moment", cause: "\(error)")
        }
    }
}

/// An upstream's whole answer.
struct UpstreamResponse: Sendable {
    let head: HTTPResponseHead
    let body: ByteBuffer

    /// The same answer for the client.
    var forClient: ProxyResponse {
        ProxyResponse(
            status: head.status, contentType: head.headers.first(name: "content-type") ?? "text/plain", body: body)
    }
}

/// The upstream closed the connection where an answer, or the rest of one, was due.
struct UpstreamClosed: Error {}

extension MessageChannel<HTTPClientResponsePart, HTTPClientRequestPart> {
    /// Sends a request that has no body.
    func send(_ head: HTTPRequestHead) async throws {
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        try await write(.end(nil))
    }

    /// - Throws: `UpstreamClosed`, `requestTimeout`.
    func nextHead(within timeout: Duration? = nil) async throws -> HTTPResponseHead {
        while let part = try await next(within: timeout) {
            if case .head(let head) = part { return head }
        }
        throw UpstreamClosed()
    }

    /// The next part of the answer's body; `nil` at its end.
    ///
    /// - Throws: `UpstreamClosed`, `requestTimeout`.
    func nextBodyPart(within timeout: Duration? = nil) async throws -> ByteBuffer? {
        switch try await next(within: timeout) {
        case .body(let part): part
        case .end: nil
        case .head, nil: throw UpstreamClosed()
        }
    }

    /// - Throws: `badGateway` above `limit` bytes, and as `nextBodyPart`.
    func collectBody(limit: Int, within timeout: Duration? = nil) async throws -> ByteBuffer {
        var body = ByteBuffer()
        while var part = try await nextBodyPart(within: timeout) {
            guard body.readableBytes + part.readableBytes <= limit else {
                throw AgentError(.badGateway, "the upstream's answer is larger than \(limit) bytes")
            }
            body.writeBuffer(&part)
        }
        return body
    }
}
