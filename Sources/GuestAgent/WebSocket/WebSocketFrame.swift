import NIOCore

/// One frame as it crosses the wire (RFC 6455 §5.2), payload unmasked.
struct WebSocketFrame: Equatable, Sendable {
    enum Opcode: UInt8, Sendable {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA

        var isControl: Bool { rawValue >= 0x8 }
    }

    var isFinal = true
    var opcode: Opcode
    var payload: ByteBuffer

    /// Appends the frame as a server sends it: never masked.
    func encode(into buffer: inout ByteBuffer) {
        buffer.writeInteger((isFinal ? 0x80 : 0) | opcode.rawValue)
        switch payload.readableBytes {
        case ...125:
            buffer.writeInteger(UInt8(payload.readableBytes))
        case ...Int(UInt16.max):
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(payload.readableBytes))
        default:
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(payload.readableBytes))
        }
        buffer.writeImmutableBuffer(payload)
    }
}

/// Why a connection is closed (RFC 6455 §7.4.1), as far as the agent uses it.
enum WebSocketCloseCode: UInt16, Sendable {
    case normal = 1000
    case goingAway = 1001
    case protocolError = 1002
    case invalidPayload = 1007
    case messageTooBig = 1009
    case internalError = 1011
    /// Of this API's own (4000 to 4999 are free for that): another client has taken this one's place.
    case replaced = 4001
}

/// The peer broke the protocol, or a limit; carries the close code it is told.
struct WebSocketError: Error, Equatable {
    let code: WebSocketCloseCode
    let reason: String
}
