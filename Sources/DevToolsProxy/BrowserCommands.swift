package import AgentCore
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Synchronization

/// A DevTools connection of the agent's own: a command there, its answer back, one after another. Events are passed over.
package struct BrowserCommands: Sendable {
    private static let patience = Duration.seconds(30)

    private let frames: MessageChannel<WebSocketFrame, WebSocketFrame>
    private let server: UpstreamServer
    private let lastID = CommandCounter()

    init(frames: MessageChannel<WebSocketFrame, WebSocketFrame>, server: UpstreamServer) {
        self.frames = frames
        self.server = server
    }

    /// Carries a command out and returns its result. One call at a time.
    ///
    /// - Parameter session: of a target, from `Target.attachToTarget`; `nil` for the browser itself.
    /// - Throws: `badGateway` with the browser's message when it refuses; `unavailable` when it goes away, or does not
    ///   answer for 30 s.
    package func call(
        _ method: String, _ parameters: [String: JSONValue] = [:], session: String? = nil
    ) async throws -> JSONValue {
        let id = lastID.next()
        var command: [String: JSONValue] = [
            "id": .integer(id), "method": .string(method), "params": .object(parameters),
        ]
        if let session { command["sessionId"] = .string(session) }
        let text = try ByteBuffer(bytes: JSONEncoder().encode(JSONValue.object(command)))
        return try await server.failingAsUpstream {
            try await frames.write(WebSocketFrame(fin: true, opcode: .text, maskKey: [0, 0, 0, 0], data: text))
            return try await answer(to: id, method)
        }
    }

    private func answer(to id: Int64, _ method: String) async throws -> JSONValue {
        while let frame = try await frames.next(within: Self.patience) {
            guard frame.opcode == .text,
                let message = try? JSONDecoder().decode(JSONValue.self, from: Data(frame.data.readableBytesView)),
                message["id"] == .integer(id)
            else { continue }
            guard let error = message["error"] else { return message["result"] ?? .null }
            throw AgentError(
                .badGateway, "Chromium refuses \(method): \(error["message"]?.string ?? "it does not say why")")
        }
        throw UpstreamClosed()
    }
}

/// Numbers of the commands of one connection.
private final class CommandCounter: Sendable {
    private let last = Atomic<Int64>(0)

    func next() -> Int64 { last.add(1, ordering: .relaxed).newValue }
}

extension BrowserUpstream {
    /// Runs `body` with a connection to the browser's endpoint, which is closed afterwards. Does not wait for a browser
    /// that is down.
    ///
    /// - Throws: `unavailable` when the browser is not there, and what `body` throws.
    package func withCommands<Result>(_ body: (BrowserCommands) async throws -> Result) async throws -> Result {
        let endpoint = try await find()
        let server = endpoint.server
        let opening = try await server.shakeHands(WebSocketHandshake(), uri: endpoint.path, on: group.any())
        defer { opening.connection.close() }
        guard opening.head.status == .switchingProtocols else {
            throw AgentError.unavailable("Chromium refuses DevTools connections with \(opening.head.status.code)")
        }
        return try await opening.connection.closingOnCancellation {
            let connection = opening.connection
            let frames = try await connection.eventLoop.flatSubmit { connection.becomeWebSocket() }.get()
            return try await body(BrowserCommands(frames: frames, server: server))
        }
    }
}
