import NIOCore
import Testing

@testable import GuestAgent

@Suite("WebSocket frames")
struct WebSocketFrameTests {
    /// A client's frame, masked with a fixed key.
    private func masked(_ first: UInt8, _ payload: [UInt8], key: [UInt8] = [1, 2, 3, 4]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(first)
        if payload.count <= 125 {
            buffer.writeInteger(UInt8(payload.count) | 0x80)
        } else {
            buffer.writeInteger(UInt8(126 | 0x80))
            buffer.writeInteger(UInt16(payload.count))
        }
        buffer.writeBytes(key)
        buffer.writeBytes(payload.enumerated().map { $0.element ^ key[$0.offset % 4] })
        return buffer
    }

    @Test("a frame that arrives byte by byte comes out whole", arguments: [0, 1, 125, 126, 4000])
    func byteByByte(size: Int) throws {
        var parser = WebSocketFrameParser(maximumPayload: 5000)
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        let bytes = masked(0x82, payload)
        for byte in bytes.readableBytesView.dropLast() {
            parser.append(ByteBuffer(bytes: [byte]))
            #expect(try parser.next() == nil)
        }
        parser.append(ByteBuffer(bytes: bytes.readableBytesView.suffix(1)))
        #expect(try parser.next() == WebSocketFrame(opcode: .binary, payload: ByteBuffer(bytes: payload)))
    }

    @Test("two frames in one packet come out in order")
    func together() throws {
        var parser = WebSocketFrameParser(maximumPayload: 100)
        var bytes = masked(0x81, Array("one".utf8))
        bytes.writeImmutableBuffer(masked(0x89, []))
        parser.append(bytes)
        #expect(try parser.next()?.opcode == .text)
        #expect(try parser.next()?.opcode == .ping)
        #expect(try parser.next() == nil)
    }

    @Test(
        "what the protocol forbids is named by its close code",
        arguments: [
            ([0x82, 0x01, 0x00], WebSocketCloseCode.protocolError),  // not masked
            ([0xC2, 0x80, 0, 0, 0, 0], .protocolError),  // reserved bit
            ([0x83, 0x80, 0, 0, 0, 0], .protocolError),  // unknown opcode
            ([0x09, 0x80, 0, 0, 0, 0], .protocolError),  // fragmented ping
            ([0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], .messageTooBig),
        ] as [([UInt8], WebSocketCloseCode)])
    func forbidden(bytes: [UInt8], code: WebSocketCloseCode) {
        var parser = WebSocketFrameParser(maximumPayload: 100)
        parser.append(ByteBuffer(bytes: bytes))
        let error = #expect(throws: WebSocketError.self) { try parser.next() }
        #expect(error?.code == code)
    }

    @Test(
        "a server's frame is not masked and uses the shortest length form",
        arguments: [(125, 2), (126, 4), (70_000, 10)])
    func encoding(size: Int, head: Int) {
        var buffer = ByteBuffer()
        WebSocketFrame(opcode: .binary, payload: ByteBuffer(repeating: 7, count: size)).encode(into: &buffer)
        #expect(buffer.readableBytes == head + size)
        #expect(buffer.getInteger(at: 0, as: UInt8.self) == 0x82)
    }
}
