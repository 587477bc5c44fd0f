import AgentCore
import Testing

@testable import PlaywrightRuntime

@Suite("Frames of the channel to Node.js")
struct FrameTests {
    private let frames = [
        Frame(header: Array("{}".utf8), body: []),
        Frame(header: Array(#"{"id":1}"#.utf8), body: Array("a body\n".utf8)),
        Frame(header: [1], body: [UInt8](repeating: 7, count: 70_000)),
    ]

    @Test("come out as they went in, however the bytes are cut", arguments: [1, 7, 8, 9, 1000, 100_000])
    func roundTrip(chunk: Int) throws {
        var parser = FrameParser(bodyLimit: 70_000)
        var rest = frames.flatMap(\.bytes)[...]
        var parsed: [Frame] = []
        while !rest.isEmpty {
            parser.append(rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
            while let frame = try parser.next() { parsed.append(frame) }
        }
        #expect(parsed == frames)
    }

    @Test("the lengths stand before header and body, little-endian")
    func layout() {
        #expect(Frame(header: [9], body: [8, 8]).bytes == [1, 0, 0, 0, 2, 0, 0, 0, 9, 8, 8])
    }

    @Test("one that is too large is refused before it has come", arguments: [(1, 70_001), ((1 << 20) + 1, 0)])
    func tooLarge(header: Int, body: Int) {
        var parser = FrameParser(bodyLimit: 70_000)
        parser.append(
            Frame(header: .init(repeating: 0, count: header), body: .init(repeating: 0, count: body)).bytes[..<8])
        #expect(throws: AgentError.self) { try parser.next() }
    }
}
