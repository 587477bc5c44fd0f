import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// The server's side of one WebSocket, over the byte stream of an upgraded request.
///
/// Slow peers: messages are pulled, nothing is read while nobody asks; a send waits until the connection has taken
/// what was sent before. So at most one message is held in either direction. Pings of the peer are answered while
/// messages are being read. The agent pings on its own and gives up a peer that has been silent for two intervals
/// although somebody was waiting for it.
final class WebSocketConnection: Sendable {
    static let pingInterval = Duration.seconds(30)

    private struct State {
        var closeSent = false
        /// The code the peer closed with, which it is answered with.
        var peerCode: UInt16?
        /// When the peer was last heard, or when somebody last began to wait for it.
        var heard = ContinuousClock.now
        var isReading = false
    }

    private let inbound: RequestBody
    private let outbound: ResponseWriterBox
    private let messageLimit: Int
    private let state = Mutex(State())

    init(inbound: RequestBody, outbound: any ResponseBodyWriter, messageLimit: Int) {
        self.inbound = inbound
        self.outbound = ResponseWriterBox(writer: outbound)
        self.messageLimit = messageLimit
    }

    /// The peer's messages, to be iterated once.
    var messages: WebSocketMessages {
        WebSocketMessages(connection: self, inbound: inbound, limit: messageLimit)
    }

    func send(text: String) async throws {
        try await send(WebSocketFrame(opcode: .text, payload: ByteBuffer(string: text)))
    }

    func send(binary: ByteBuffer) async throws {
        try await send(WebSocketFrame(opcode: .binary, payload: binary))
    }

    /// Runs the handler beside the pings and the watch for the agent's end, then closes with the right code.
    func run(_ handler: @escaping @Sendable (WebSocketConnection) async throws -> WebSocketCloseCode) async {
        let code = await withTaskGroup(of: WebSocketCloseCode.self) { group in
            group.addTask { await Self.code { try await handler(self) } }
            group.addTask { await Self.code { try await self.keepAlive() } }
            group.addTask {
                // Returns at shutdown, throws when cancelled because the handler was first.
                try? await gracefulShutdown()
                return .goingAway
            }
            let first = await group.next() ?? .internalError
            group.cancelAll()
            return first
        }
        await close(code)
    }

    private static func code(_ body: () async throws -> WebSocketCloseCode) async -> WebSocketCloseCode {
        do {
            return try await body()
        } catch let error as WebSocketError {
            return error.code
        } catch {
            return error is CancellationError ? .goingAway : .internalError
        }
    }

    private func keepAlive() async throws -> WebSocketCloseCode {
        while true {
            try await Task.sleep(for: Self.pingInterval)
            let silent = state.withLock { $0.isReading && ContinuousClock.now - $0.heard > Self.pingInterval * 2 }
            if silent { return .goingAway }
            try await send(WebSocketFrame(opcode: .ping, payload: ByteBuffer()))
        }
    }

    /// Sends the one close frame. A peer that has gone is no error here.
    private func close(_ code: WebSocketCloseCode) async {
        let code = state.withLock { state in
            state.closeSent = true
            return state.peerCode ?? code.rawValue
        }
        try? await write(WebSocketFrame(opcode: .close, payload: ByteBuffer(integer: code)))
    }

    // MARK: For WebSocketMessages

    func send(_ frame: WebSocketFrame) async throws {
        guard state.withLock({ !$0.closeSent }) else { return }
        try await write(frame)
    }

    /// - Parameter code: what the peer gave as its reason; `nil` for none.
    func noteClose(code: UInt16?) {
        state.withLock { $0.peerCode = code ?? WebSocketCloseCode.normal.rawValue }
    }

    func setReading(_ isReading: Bool) {
        state.withLock {
            $0.isReading = isReading
            $0.heard = .now
        }
    }

    private func write(_ frame: WebSocketFrame) async throws {
        var buffer = ByteBuffer()
        frame.encode(into: &buffer)
        try await outbound.write(buffer)
    }
}

/// Lets the reading and the writing side of a WebSocket share the response's writer.
///
/// SAFETY: the writer of an HTTP/1 response is a Sendable struct around NIO's outbound writer, which serialises
/// concurrent writes itself; only the protocol it is known by here does not say so. The box never changes it.
private struct ResponseWriterBox: @unchecked Sendable {
    let writer: any ResponseBodyWriter

    func write(_ buffer: ByteBuffer) async throws {
        var writer = writer
        try await writer.write(buffer)
    }
}
