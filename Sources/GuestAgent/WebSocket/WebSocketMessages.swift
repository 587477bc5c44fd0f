import Hummingbird
import NIOCore

/// The messages of a peer, assembled from fragments, control frames dealt with on the way (RFC 6455 §5.4, §5.5).
///
/// Ends when the peer closes, which is answered when the handler has returned, or leaves. Throws `WebSocketError` when it breaks the protocol or the message limit.
struct WebSocketMessages: AsyncSequence {
    enum Message: Sendable, Equatable {
        case text(String)
        case binary(ByteBuffer)
    }

    let connection: WebSocketConnection
    let inbound: RequestBody
    /// Largest assembled message, in bytes.
    let limit: Int

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let connection: WebSocketConnection
        fileprivate let limit: Int
        fileprivate var bytes: RequestBody.AsyncIterator
        fileprivate var parser: WebSocketFrameParser
        /// The message under assembly: its opcode and what has come of it.
        fileprivate var fragments: (opcode: WebSocketFrame.Opcode, payload: ByteBuffer)?

        mutating func next() async throws -> Message? {
            while let frame = try await nextFrame() {
                switch frame.opcode {
                case .ping:
                    try await connection.send(WebSocketFrame(opcode: .pong, payload: frame.payload))
                case .pong:
                    continue
                case .close:
                    let code = frame.payload.getInteger(at: frame.payload.readerIndex, as: UInt16.self)
                    connection.noteClose(code: code)
                    return nil
                case .text, .binary, .continuation:
                    if let message = try assemble(frame) { return message }
                }
            }
            return nil
        }

        private mutating func nextFrame() async throws -> WebSocketFrame? {
            connection.setReading(true)
            defer { connection.setReading(false) }
            while true {
                if let frame = try parser.next() { return frame }
                guard let more = try await bytes.next() else { return nil }
                parser.append(more)
            }
        }

        private mutating func assemble(_ frame: WebSocketFrame) throws -> Message? {
            var payload = frame.payload
            let opcode: WebSocketFrame.Opcode
            switch (fragments, frame.opcode) {
            case (let begun?, .continuation):
                guard begun.payload.readableBytes + payload.readableBytes <= limit else {
                    throw WebSocketError(code: .messageTooBig, reason: "at most \(limit) bytes")
                }
                opcode = begun.opcode
                var whole = begun.payload
                whole.writeImmutableBuffer(payload)
                payload = whole
            case (nil, .text), (nil, .binary):
                opcode = frame.opcode
            default:
                throw WebSocketError(code: .protocolError, reason: "fragments out of order")
            }
            fragments = frame.isFinal ? nil : (opcode, payload)
            return frame.isFinal ? try Self.message(opcode, payload) : nil
        }

        private static func message(_ opcode: WebSocketFrame.Opcode, _ payload: ByteBuffer) throws -> Message {
            guard opcode == .text else { return .binary(payload) }
            guard let text = String(validating: payload.readableBytesView, as: UTF8.self) else {
                throw WebSocketError(code: .invalidPayload, reason: "a text message must be UTF-8")
            }
            return .text(text)
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(
            connection: connection, limit: limit, bytes: inbound.makeAsyncIterator(),
            parser: WebSocketFrameParser(maximumPayload: limit))
    }
}
