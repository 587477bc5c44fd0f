import AgentCore
import NIOCore

/// Takes messages off a stream of WebSocket frames (RFC 6455 §5), for the few that have to be read.
struct WebSocketMessageParser {
    enum Item: Sendable, Equatable {
        /// A whole text message, put together and unmasked.
        case text(ByteBuffer)
        /// Any other frame, as it came.
        case other(ByteBuffer)
    }

    /// Largest text message, in bytes.
    private let limit: Int
    private var bytes = ByteBuffer()
    /// The fragments so far of a text message; `nil` outside one.
    private var fragments: ByteBuffer?

    init(limit: Int) {
        self.limit = limit
    }

    /// What has not been taken off, to be passed on as it is. Empty while a fragmented text message is being read, which
    /// cannot be undone.
    var rest: ByteBuffer { bytes }

    mutating func append(_ more: ByteBuffer) {
        var more = more
        bytes.discardReadBytes()
        bytes.writeBuffer(&more)
    }

    /// The next message or frame; `nil` until more bytes have come.
    ///
    /// - Throws: `tooLarge` for a text message, or a control frame, above the limit.
    mutating func next() throws(AgentError) -> Item? {
        while let frame = try nextFrame() {
            switch (frame.opcode, fragments) {
            case (0x1, nil), (0x0, .some):
                if let text = try take(frame) { return .text(text) }
            default:
                return .other(frame.whole)
            }
        }
        return nil
    }

    private mutating func take(_ frame: Frame) throws(AgentError) -> ByteBuffer? {
        var text = fragments ?? ByteBuffer()
        guard text.readableBytes + frame.payload.readableBytes <= limit else { throw tooLarge }
        text.writeImmutableBuffer(frame.payload)
        fragments = frame.isFinal ? nil : text
        return frame.isFinal ? text : nil
    }

    private struct Frame {
        let opcode: UInt8
        let isFinal: Bool
        let payload: ByteBuffer
        let whole: ByteBuffer
    }

    private mutating func nextFrame() throws(AgentError) -> Frame? {
        var reader = bytes
        guard let first = reader.readInteger(as: UInt8.self), let second = reader.readInteger(as: UInt8.self),
            let length = Self.length(second & 0x7F, &reader)
        else { return nil }
        guard length <= UInt64(limit) else { throw tooLarge }
        let mask = second & 0x80 == 0 ? [] : reader.readBytes(length: 4)
        guard let mask, var payload = reader.readSlice(length: Int(length)) else { return nil }
        payload.unmask(with: mask)
        let count = bytes.readableBytes - reader.readableBytes
        guard let whole = bytes.readSlice(length: count) else { return nil }
        return Frame(opcode: first & 0x0F, isFinal: first & 0x80 != 0, payload: payload, whole: whole)
    }

    private static func length(_ short: UInt8, _ reader: inout ByteBuffer) -> UInt64? {
        switch short {
        case 126: reader.readInteger(as: UInt16.self).map(UInt64.init)
        case 127: reader.readInteger(as: UInt64.self)
        default: UInt64(short)
        }
    }

    private var tooLarge: AgentError {
        AgentError(.tooLarge, "a message before the session is open must not be larger than \(limit) bytes")
    }
}

extension ByteBuffer {
    /// - Parameter mask: four bytes, or none.
    fileprivate mutating func unmask(with mask: [UInt8]) {
        guard mask.count == 4 else { return }
        withUnsafeMutableReadableBytes { bytes in
            for index in bytes.indices { bytes[index] ^= mask[index & 3] }
        }
    }

    /// A text message in one frame.
    ///
    /// - Parameter masked: as a client has to send it, with a key of zeros, which changes no byte.
    static func textFrame(_ text: ByteBuffer, masked: Bool) -> ByteBuffer {
        var frame = ByteBufferAllocator().buffer(capacity: 14 + text.readableBytes)
        let bit: UInt8 = masked ? 0x80 : 0
        frame.writeInteger(UInt8(0x81))
        switch text.readableBytes {
        case ..<126:
            frame.writeInteger(bit | UInt8(text.readableBytes))
        case ..<0x1_0000:
            frame.writeInteger(bit | 126)
            frame.writeInteger(UInt16(text.readableBytes))
        default:
            frame.writeInteger(bit | 127)
            frame.writeInteger(UInt64(text.readableBytes))
        }
        if masked { frame.writeInteger(UInt32(0)) }
        frame.writeImmutableBuffer(text)
        return frame
    }
}
