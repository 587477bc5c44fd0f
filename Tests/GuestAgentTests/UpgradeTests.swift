import AgentCore
import Hummingbird
import NIOCore
import Testing

@testable import GuestAgent

@Suite("WebSocket upgrades as ordinary routes", .timeLimit(.minutes(1)))
struct UpgradeTests {
    private static let offer = """
        Host: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
        """

    private static func routes(_ table: inout RouteTable) {
        table.get("/plain") { _, _ in try .json(["plain": true]) }
        table.get("/echo") { request, context in
            try await WebSocketUpgrade.response(to: request, context: context, messageLimit: 1 << 20) { socket in
                for try await message in socket.messages {
                    switch message {
                    case .text(let text): try await socket.send(text: text)
                    case .binary(let bytes): try await socket.send(binary: bytes)
                    }
                }
                return .normal
            }
        }
    }

    /// A client's frame with a zero mask.
    private static func frame(_ first: UInt8, _ payload: String) -> [UInt8] {
        [first, UInt8(payload.utf8.count) | 0x80, 0, 0, 0, 0] + Array(payload.utf8)
    }

    @Test("the handshake is answered as RFC 6455 §1.3 has it, and messages come back")
    func echo() async throws {
        try await LiveServer.with(Self.routes) { server in
            let connection = try RawConnection(port: server.port)
            // The first frame travels in the same packet as the request.
            try connection.send(Array("GET /echo HTTP/1.1\r\n\(Self.offer)".utf8) + Self.frame(0x81, "one"))
            let text = try await connection.receiveText(until: "\u{3}one")
            #expect(text.hasPrefix("HTTP/1.1 101 "))
            #expect(text.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
            try connection.send(Self.frame(0x01, "tw") + Self.frame(0x89, "p") + Self.frame(0x80, "o"))
            #expect(
                try await connection.receive { $0.count >= 8 } == [0x8A, 1] + Array("p".utf8) + [0x81, 3]
                    + Array("two".utf8))
            try connection.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8])
            #expect(try await connection.receive { $0.count >= 4 } == [0x88, 2, 0x03, 0xE8])
            #expect(try await connection.receiveAll() == "")
        }
    }

    @Test("an upgrade works on a reused connection")
    func reused() async throws {
        try await LiveServer.with(Self.routes) { server in
            let connection = try RawConnection(port: server.port)
            try connection.send("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await connection.receiveText(until: "true}")
            try connection.send("GET /echo HTTP/1.1\r\n\(Self.offer)")
            #expect(try await connection.receiveText(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
            try connection.send(Self.frame(0x81, "again"))
            #expect(try await connection.receive { $0.count >= 7 } == [0x81, 5] + Array("again".utf8))
        }
    }

    @Test(
        "a declined or malformed upgrade gets its normal answer",
        arguments: [
            ("GET /plain", offer, "200"), ("GET /nope", offer, "404"),
            ("GET /echo", "Host: x\r\n\r\n", "426"),
            ("GET /echo", "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "426"),
            ("GET /plain", "Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", "200"),
            ("POST /plain", "Host: x\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "405"),
        ])
    func declined(request: String, head: String, status: String) async throws {
        try await LiveServer.with(Self.routes) { server in
            let connection = try RawConnection(port: server.port)
            try connection.send("\(request) HTTP/1.1\r\n\(head)")
            let answer = try await connection.receiveText(until: "}")
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.contains("Content-Type: application/json"))
        }
    }

    @Test("a peer that breaks the protocol is told why")
    func violation() async throws {
        try await LiveServer.with(Self.routes) { server in
            let connection = try RawConnection(port: server.port)
            try connection.send("GET /echo HTTP/1.1\r\n\(Self.offer)")
            _ = try await connection.receiveText(until: "\r\n\r\n")
            try connection.send([0x82, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
            #expect(try await connection.receive { $0.count >= 4 }.prefix(4) == [0x88, 2, 0x03, 0xF1])
        }
    }

    @Test("the agent's end closes with 1001 within a second")
    func goingAway() async throws {
        try await LiveServer.with(Self.routes) { server in
            let connection = try RawConnection(port: server.port)
            try connection.send("GET /echo HTTP/1.1\r\n\(Self.offer)")
            _ = try await connection.receiveText(until: "\r\n\r\n")
            let start = ContinuousClock.now
            await server.stop()
            #expect(try await connection.receive { $0.count >= 4 }.prefix(4) == [0x88, 2, 0x03, 0xE9])
            #expect(ContinuousClock.now - start < .seconds(1))
        }
    }
}
