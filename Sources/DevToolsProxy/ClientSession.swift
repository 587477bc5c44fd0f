import AgentCore
import Logging
import NIOCore
import NIOHTTP1

/// Serves the requests of one client connection, one after the other.
struct ClientSession: Sendable {
    /// What is to become of the connection once a request has been answered.
    enum Outcome: Sendable {
        case keepAlive
        case close
    }

    let client: ClientConnection
    let configuration: ProxyConfiguration
    let relays: RelayThread
    let logger: Logger

    /// Runs until the client leaves, an answer ends the connection, or the agent stops.
    ///
    /// - Parameter answer: answers one request whose body, if any, is still to be read with `nextBodyPart`, and throws
    ///   an `AgentError` only as long as nothing of the answer has been sent.
    func run(_ answer: (ProxyRequest) async throws -> Outcome) async {
        do {
            while let head = try await nextHead() {
                guard try await serve(head, with: answer) == .keepAlive else { return await end() }
            }
        } catch let error as HTTPParserError {
            await refuse(ProxyResponse(malformed: error))
        } catch {
            logger.debug("connection ended", metadata: ["error": "\(error)"])
        }
    }

    /// The next part of the current request's body; `nil` at its end.
    ///
    /// - Throws: `requestTimeout` if the client stalls, `HTTPParserError` if it breaks off.
    func nextBodyPart() async throws -> ByteBuffer? {
        switch try await client.next() {
        case .body(let part): part
        case .end: nil
        case .head, nil: throw HTTPParserError.invalidEOFState
        }
    }

    /// Reads the current request's body to its end.
    ///
    /// - Throws: `tooLarge` above `limit` bytes, and as `nextBodyPart`.
    func collectBody(limit: Int) async throws -> ByteBuffer {
        var body = ByteBuffer()
        while var part = try await nextBodyPart() {
            guard body.readableBytes + part.readableBytes <= limit else {
                throw AgentError(.tooLarge, "the request's body is too large: send at most \(limit) bytes")
            }
            body.writeBuffer(&part)
        }
        return body
    }

    /// Reads over the current request's body.
    ///
    /// - Throws: as `collectBody`.
    func skipBody(limit: Int) async throws {
        var count = 0
        while let part = try await nextBodyPart() {
            count += part.readableBytes
            guard count <= limit else {
                throw AgentError(.tooLarge, "the request's body is too large: send none")
            }
        }
    }

    private func nextHead() async throws -> HTTPRequestHead? {
        while let part = try await client.next(stopsOnShutdown: true) {
            if case .head(let head) = part { return head }
        }
        return nil
    }

    private func serve(
        _ head: HTTPRequestHead, with answer: (ProxyRequest) async throws -> Outcome
    ) async throws -> Outcome {
        do {
            let request = try ProxyRequest(
                head: head, configuration: configuration, peer: client.channel.remoteAddress,
                local: client.channel.localAddress)
            let hold = try await wakeHold()
            let outcome = try await answer(request)
            return withExtendedLifetime(hold) { head.canBeFollowed ? outcome : .close }
        } catch let error as AgentError {
            logger.debug(
                "request refused",
                // Without the query, which may hold a token.
                metadata: [
                    "method": "\(head.method)", "path": "\(head.uri.prefix { $0 != "?" })", "error": "\(error)",
                ])
            try await client.send(ProxyResponse(error), closing: true)
            return .close
        }
    }

    /// Callers on the machine itself do not keep it awake.
    private func wakeHold() async throws -> WakeHold? {
        guard !AccessRequest.isLoopback(client.channel.remoteAddress?.ipAddress) else { return nil }
        return try await configuration.scaleToZero?.hold()
    }

    private func refuse(_ response: ProxyResponse) async {
        try? await client.send(response, closing: true)
        await end()
    }

    private func end() async {
        await client.closeAfterLastAnswer(within: .seconds(2))
    }
}

/// The answer broke off after a part of it had been sent: the client can only be told by closing its connection.
struct AnswerInterrupted: Error {
    let cause: any Error

    /// Runs what comes behind the first part of an answer.
    static func rethrowing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            throw AnswerInterrupted(cause: error)
        }
    }
}

extension HTTPRequestHead {
    /// Whether another request may follow on the connection: the client keeps it alive, and the parser has not stopped,
    /// as it does behind anything that might have switched the protocol.
    var canBeFollowed: Bool {
        isKeepAlive && !headers.contains(name: "upgrade") && method != .CONNECT
    }
}
