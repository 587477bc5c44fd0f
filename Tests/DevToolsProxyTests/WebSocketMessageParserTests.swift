import AgentCore
import NIOCore
import Testing

@testable import DevToolsProxy

@Suite("WebSocketMessageParser")
struct WebSocketMessageParserTests {
    /// A masked text in two fragments with a ping between, an empty text, a binary frame, and a long text.
    private static let frames: [[UInt8]] = [
        [0x01, 0x82, 1, 2, 3, 4, 0x61 ^ 1, 0x62 ^ 2], [0x89, 0x01, 0x70], [0x80, 0x81, 5, 6, 7, 8, 0x63 ^ 5],
        [0x81, 0x00], [0x82, 0x01, 0xFF], [0x81, 0x7E, 0x01, 0x00], [UInt8](repeating: 0x78, count: 256),
    ]
    private static let stream = frames.flatMap(\.self)

    private static let items: [WebSocketMessageParser.Item] = [
        .other(ByteBuffer(bytes: [0x89, 0x01, 0x70])), .text(ByteBuffer(string: "abc")), .text(ByteBuffer()),
        .other(ByteBuffer(bytes: [0x82, 0x01, 0xFF])), .text(ByteBuffer(repeating: 0x78, count: 256)),
    ]

    @Test("messages are found however the stream is cut", arguments: [1, 2, 5, 100, 1000])
    func messages(chunk: Int) throws {
        var parser = WebSocketMessageParser(limit: 1000)
        var found: [WebSocketMessageParser.Item] = []
        for start in stride(from: 0, to: Self.stream.count, by: chunk) {
            parser.append(ByteBuffer(bytes: Self.stream[start..<min(start + chunk, Self.stream.count)]))
            while let item = try parser.next() { found.append(item) }
        }
        #expect(found == Self.items)
        #expect(parser.rest.readableBytes == 0)
    }

    @Test("a text survives being sent", arguments: [0, 125, 126, 0xFFFF, 0x1_0000], [true, false])
    func roundTrip(count: Int, masked: Bool) throws {
        let text = ByteBuffer(repeating: 0x61, count: count)
        var parser = WebSocketMessageParser(limit: 1 << 20)
        parser.append(.textFrame(text, masked: masked))
        #expect(try parser.next() == .text(text))
    }

    @Test(
        "what is too large is refused before it is there",
        arguments: [
            [0x81, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x81, 0x7E, 0x04, 0x00],
            [0x01, 0x02, 0x61, 0x61, 0x80, 0x03, 0x61, 0x61, 0x61],
        ] as [[UInt8]])
    func tooLarge(bytes: [UInt8]) {
        var parser = WebSocketMessageParser(limit: 4)
        parser.append(ByteBuffer(bytes: bytes))
        let error = #expect(throws: AgentError.self) { try parser.next() }
        #expect(error?.code == .tooLarge)
    }

    @Test("noise harms nobody")
    func noise() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var parser = WebSocketMessageParser(limit: 100)
            parser.append(ByteBuffer(bytes: (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }))
            while let item = try? parser.next() { _ = item }
        }
    }
}
