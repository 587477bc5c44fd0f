import AgentCore
import Listening
import NIOCore
import Testing

@testable import DevToolsProxy

/// Requests no honest client sends.
@Suite("nasty input", .timeLimit(.minutes(1)))
struct NastyInputTests {
    @Test(
        "is answered with a status and a JSON body",
        arguments: [
            ("garbage\r\n\r\n", 400), ("GET /json HTTP/9.9\r\n\r\n", 400), ("GET /json HTTP/1.1\r\n\r\n", 400),
            ("GET /json HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET /json HTTP/1.1\r\nHost: a\"b\r\n\r\n", 400),
            ("GET json HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            ("GET /json HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n", 431),
            ("GET /\(String(repeating: "x", count: 40_000)) HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\nHost: localhost\r\n\(String(repeating: "A: b\r\n", count: 200))\r\n", 431),
            ("GET /json HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n\r\n", 403),
            ("GET /json HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n", 403),
            ("GET /json HTTP/1.1\r\nHost: rebound.example\r\n\r\n", 403),
            ("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", 426),
            ("GET /json/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
            ("CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 426),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", 426),
            (
                "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key:\r\n\r\n", 400
            ),
            (
                "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", 405
            ),
            ("GET /json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("PUT /json/new HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        ])
    func refused(request: String, status: Int) async throws {
        try await ProxyFixture.withCDPProxy(ProxySetup(upstream: 1)) { port in
            let answer = try await RawConnection.exchange(port, request)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.contains("\r\nConnection: close\r\n"))
            #expect(answer.contains(#"{"code":""#) && answer.hasSuffix("\"}"))
        }
    }

    @Test("a client that does not finish its head is told so")
    func slowHead() async throws {
        var setup = ProxySetup(upstream: 1)
        var deadlines = ClientDeadlines()
        deadlines.head = .milliseconds(200)
        setup.configuration.clients = ClientLimits(deadlines: deadlines)
        try await ProxyFixture.withCDPProxy(setup) { port in
            let connection = try await RawConnection.connect(port)
            defer { connection.close() }
            try await connection.send("GET /json HTTP/1.1\r\nHo")
            let answer = String(decoding: try await connection.receiveAll(within: .seconds(5)), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test("random bytes end no more than their own connection")
    func noise() async throws {
        try await ProxyFixture.withCDPProxy(ProxySetup(upstream: 1)) { port in
            var random = SystemRandomNumberGenerator()
            for _ in 0..<200 {
                let connection = try await RawConnection.connect(port)
                let bytes = (0..<Int.random(in: 1...400, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                try? await connection.write(ByteBuffer(bytes: bytes))
                connection.close()
            }
            let answer = try await RawConnection.exchange(port, "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 426 "))
        }
    }
}
