import NIOCore

/// Follows a stream of WebSocket frames (RFC 6455 §5.2) just closely enough to know where one ends.
///
/// Only there may a frame of the relay's own be slipped in, between the fragments of a message too if it is a control
/// frame. Payload is skipped, never looked at.
struct FrameBoundary: Sendable, Equatable {
    /// Payload bytes of the current frame still to come.
    private var payload: UInt64 = 0
    /// Header bytes of the current frame already seen; 0 between frames.
    private var headerBytes = 0
    /// Header bytes the current frame has, known after the second.
    private var headerLength = 2
    /// Where the payload length ends within the header; a masking key may follow.
    private var extendedLengthEnd = 2
    private var length: UInt64 = 0

    /// Whether a close frame has begun: nothing may follow it.
    private(set) var hasSeenClose = false

    /// Whether the next byte begins a frame.
    var isBetweenFrames: Bool { payload == 0 && headerBytes == 0 }

    /// Follows the stream over its next bytes.
    mutating func advance(over bytes: UnsafeRawBufferPointer) {
        var position = 0
        while position < bytes.count {
            if payload > 0 {
                let skipped = min(payload, UInt64(bytes.count - position))
                payload -= skipped
                position += Int(skipped)
            } else {
                advance(overHeaderByte: bytes[position])
                position += 1
            }
        }
    }

    private mutating func advance(overHeaderByte byte: UInt8) {
        headerBytes += 1
        switch headerBytes {
        case 1: hasSeenClose = hasSeenClose || byte & 0x0F == 0x8
        case 2: beginLength(byte)
        default: if headerBytes <= extendedLengthEnd { length = length << 8 | UInt64(byte) }
        }
        if headerBytes >= 2, headerBytes == headerLength { endHeader() }
    }

    private mutating func beginLength(_ byte: UInt8) {
        let isMasked = byte & 0x80 != 0
        let short = byte & 0x7F
        let extended = short == 126 ? 2 : short == 127 ? 8 : 0
        length = extended == 0 ? UInt64(short) : 0
        extendedLengthEnd = 2 + extended
        headerLength = extendedLengthEnd + (isMasked ? 4 : 0)
    }

    private mutating func endHeader() {
        payload = length
        headerBytes = 0
        headerLength = 2
    }
}

/// The status of a close frame (RFC 6455 §7.4.1).
enum WebSocketClose: UInt16, Sendable {
    case normal = 1000
    case goingAway = 1001

    /// The unmasked close frame a server sends.
    ///
    /// - Parameter reason: shown to the client; at most 123 bytes.
    func frame(reason: StaticString) -> ByteBuffer {
        precondition(reason.utf8CodeUnitCount <= 123)
        var frame = ByteBufferAllocator().buffer(capacity: 4 + reason.utf8CodeUnitCount)
        frame.writeInteger(UInt8(0x88))
        frame.writeInteger(UInt8(2 + reason.utf8CodeUnitCount))
        frame.writeInteger(rawValue)
        frame.writeStaticString(reason)
        return frame
    }
}
