import NIOCore

/// Cuts a client's byte stream into frames. A pure value: bytes in, frames out.
struct WebSocketFrameParser {
    /// The largest payload of one frame, in bytes.
    let maximumPayload: Int
    private var buffer = ByteBuffer()

    init(maximumPayload: Int) {
        self.maximumPayload = maximumPayload
    }

    mutating func append(_ bytes: ByteBuffer) {
        buffer.discardReadBytes()
        buffer.writeImmutableBuffer(bytes)
    }

    /// The next complete frame, or `nil` until more bytes have come.
    ///
    /// Throws `WebSocketError` for what RFC 6455 §5.2 forbids a client and for payloads over the limit. After an
    /// error the parser must not be used again.
    mutating func next() throws -> WebSocketFrame? {
        var reader = buffer
        guard let first: UInt8 = reader.readInteger(), let second: UInt8 = reader.readInteger() else { return nil }
        guard first & 0x70 == 0, let opcode = WebSocketFrame.Opcode(rawValue: first & 0x0F) else {
            throw WebSocketError(code: .protocolError, reason: "reserved bits or unknown opcode")
        }
        guard second & 0x80 != 0 else {
            throw WebSocketError(code: .protocolError, reason: "a client must mask its frames")
        }
        let isFinal = first & 0x80 != 0
        if opcode.isControl && (!isFinal || second & 0x7F > 125) {
            throw WebSocketError(code: .protocolError, reason: "a control frame must be whole and at most 125 bytes")
        }
        guard let length = try Self.readLength(second & 0x7F, from: &reader) else { return nil }
        guard length <= UInt64(maximumPayload) else {
            throw WebSocketError(code: .messageTooBig, reason: "at most \(maximumPayload) bytes")
        }
        guard let mask: UInt32 = reader.readInteger(), var payload = reader.readSlice(length: Int(length)) else {
            return nil
        }
        payload.unmask(with: mask)
        buffer = reader
        return WebSocketFrame(isFinal: isFinal, opcode: opcode, payload: payload)
    }

    private static func readLength(_ short: UInt8, from reader: inout ByteBuffer) throws -> UInt64? {
        switch short {
        case 126: return reader.readInteger(as: UInt16.self).map(UInt64.init)
        case 127: return reader.readInteger(as: UInt64.self)
        default: return UInt64(short)
        }
    }
}

extension ByteBuffer {
    /// XORs the readable bytes with the mask, most significant byte first (RFC 6455 §5.3).
    fileprivate mutating func unmask(with mask: UInt32) {
        withUnsafeMutableReadableBytes { bytes in
            for index in bytes.indices {
                bytes[index] ^= UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32(index & 3)))
            }
        }
    }
}
