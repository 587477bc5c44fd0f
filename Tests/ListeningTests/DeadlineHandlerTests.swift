import AgentCore
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Listening

@Suite("deadlines of clients")
struct DeadlineHandlerTests {
    private static let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    private static let bodyBegun = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345"

    private let client: ClientFixture

    init() throws {
        client = try ClientFixture(ClientLimits())
    }

    @Test("a client that says nothing is left")
    func silence() throws {
        client.wait(.seconds(9))
        #expect(client.channel.isActive)
        client.wait(.milliseconds(1100))
        #expect(!client.channel.isActive)
        #expect(try client.received().isEmpty)
    }

    @Test("a head that comes byte by byte is answered 408, and the connection ends")
    func slowHead() throws {
        for character in "GET / HTTP/1.1\r\nHost: local".prefix(19) {
            try client.send(String(character))
            client.wait(.milliseconds(500))
        }
        #expect(try client.received().isEmpty)
        client.wait(.milliseconds(1100))
        let answer = try client.received()
        #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n") && answer.contains(#"{"code":"request_timeout","#))
        client.wait(.milliseconds(1100))
        #expect(!client.channel.isActive)
    }

    @Test("between two requests it may be silent for longer")
    func keepAlive() throws {
        try client.send(Self.request)
        client.wait(.seconds(1000))
        try client.answer()
        client.wait(.seconds(119))
        #expect(client.channel.isActive)
        try client.send(Self.request)
        try client.answer()
        client.wait(.seconds(119))
        #expect(client.channel.isActive)
        client.wait(.milliseconds(1100))
        #expect(!client.channel.isActive)
    }

    @Test("a body that stops fails whoever reads it; the answer is the last")
    func slowBody() throws {
        try client.send(Self.bodyBegun)
        for _ in 0..<3 {
            client.wait(.seconds(59))
            try client.send("6")
        }
        #expect(client.failure == nil)
        client.wait(.milliseconds(60_100))
        #expect((client.failure as? AgentError)?.code == .requestTimeout)
        #expect(client.channel.isActive)
        try client.answer(.requestTimeout)
        client.wait(.milliseconds(1100))
        #expect(!client.channel.isActive)
    }

    @Test("a body that nobody wants to read has time")
    func unwantedBody() throws {
        try client.channel.writeInbound(ByteBuffer(string: Self.bodyBegun))
        client.wait(.seconds(1000))
        #expect(client.channel.isActive && client.failure == nil)
    }

    @Test("what has come by the time a missed deadline is noticed counts")
    func pause() throws {
        client.wait(.seconds(10))
        #expect(client.channel.isActive)
        try client.send(Self.request)
        client.wait(.seconds(1))
        #expect(client.channel.isActive)
    }

    @Test("after a 101 there are no deadlines")
    func tunnel() throws {
        try client.send(
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        try client.answer(.switchingProtocols)
        client.wait(.hours(10))
        #expect(client.channel.isActive && client.failure == nil)
    }
}
