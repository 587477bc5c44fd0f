import AgentCore
import AgentTestSupport
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import DevToolsProxy

/// The CDP proxy against an upstream whose every byte is under control.
@Suite("CDPProxy", .timeLimit(.minutes(2)))
struct CDPProxyTests {
    /// Says one last thing once the client has sent "now".
    private static func dying(after words: String) -> @Sendable (RawConnection) async throws -> Void {
        FakeBrowser.serving { connection, _ in
            try await connection.send(FakeBrowser.switching)
            _ = try await connection.receive(through: "now")
            try await connection.send(words)
        }
    }

    private func withProxy<Result: Sendable>(
        to browser: @Sendable @escaping (RawConnection) async throws -> Void,
        _ body: @Sendable @escaping (Int) async throws -> Result
    ) async throws -> Result {
        try await ProxyFixture.withUpstream(browser) { upstream in
            try await ProxyFixture.withCDPProxy(ProxySetup(upstream: upstream), body)
        }
    }

    @Test("the handshake sent upstream is the proxy's own")
    func upstreamHandshake() async throws {
        let seen = Mutex("")
        try await withProxy(
            to: FakeBrowser.serving { connection, head in
                seen.withLock { $0 = head }
                try await connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
            }
        ) { port in
            let answer = try await RawConnection.exchange(
                port,
                RawConnection.upgradeRequest(
                    "/?jwt=x", headers: "Sec-WebSocket-Extensions: permessage-deflate\r\nCookie: a\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"), "the upstream's status decides")
            #expect(answer.hasSuffix("\r\n\r\nno"))
        }
        let head = seen.withLock(\.self)
        #expect(head.hasPrefix("GET /devtools/browser/id HTTP/1.1\r\n"))
        #expect(head.contains("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"))
        #expect(!head.contains("Extensions") && !head.contains("Cookie") && !head.contains("jwt"))
    }

    @Test("bytes that follow the handshake in its packet are passed on, both ways")
    func eagerBytes() async throws {
        try await withProxy(
            to: FakeBrowser.serving { connection, _ in
                try await connection.send(FakeBrowser.switching + "\u{01}\u{03}abc")
                let echoed = try await connection.receive(through: "eager")
                try await connection.send("\u{01}\u{05}\(echoed)")
                _ = try await connection.next()
            }
        ) { port in
            let connection = try await RawConnection.connect(port)
            try await connection.send(RawConnection.upgradeRequest("/") + "eager")
            #expect(try await connection.receive(through: "eager").hasSuffix("\u{01}\u{03}abc\u{01}\u{05}eager"))
            connection.close()
        }
    }

    @Test("an upstream that dies between frames leaves the client with a close of status 1000")
    func closeOnDeath() async throws {
        try await withProxy(
            to: Self.dying(after: "\u{01}\u{01}a")
        ) { port in
            let connection = try await RawConnection.connect(port)
            defer { connection.close() }
            try await connection.send(RawConnection.upgradeRequest("/") + "now")
            let received = try await connection.receiveAll()
            let tail = received.suffix(3 + 4 + "the browser has closed the connection".utf8.count)
            #expect(tail.starts(with: [0x01, 0x01, 0x61, 0x88, 39, 0x03, 0xE8]))
        }
    }

    @Test("no frame is slipped into another", arguments: ["\u{01}\u{05}ab", "\u{08}\u{02}ab"])
    func noCloseWithinFrame(sent: String) async throws {
        try await withProxy(to: Self.dying(after: sent)) { port in
            let connection = try await RawConnection.connect(port)
            defer { connection.close() }
            try await connection.send(RawConnection.upgradeRequest("/") + "now")
            let received = try await connection.receiveAll()
            #expect(Array(received.suffix(4)) == Array(sent.utf8))
        }
    }

    @Test("an agent that stops leaves its clients with a close of status 1001")
    func gracefulShutdown() async throws {
        let serve = FakeBrowser.serving { connection, _ in
            try await connection.send(FakeBrowser.switching)
            _ = try await connection.receiveAll()
        }
        try await ProxyFixture.withUpstream(serve) { upstream in
            try await ProxyFixture.withServiceGroup(ProxySetup(upstream: upstream)) { group, port in
                let connection = try await RawConnection.connect(port)
                defer { connection.close() }
                _ = try await connection.upgrade("/")
                let idle = try await RawConnection.connect(port)
                defer { idle.close() }
                try await idle.send("GET /json/version HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await idle.receive(through: "}").hasPrefix("HTTP/1.1 200 "))
                await group.triggerGracefulShutdown()
                #expect(try await connection.receiveAll().starts(with: [0x88, 23, 0x03, 0xE9]))
                #expect(try await idle.receiveAll().isEmpty)
            }
        }
    }

    @Test("a client that leaves is noticed upstream", arguments: [true, false])
    func clientLeaves(abruptly: Bool) async throws {
        let ended = Mutex(false)
        try await withProxy(
            to: FakeBrowser.serving { connection, _ in
                try await connection.send(FakeBrowser.switching)
                _ = try? await connection.receiveAll()
                ended.withLock { $0 = true }
            }
        ) { port in
            let connection = try await RawConnection.connect(port)
            _ = try await connection.upgrade("/")
            if abruptly {
                try await connection.resetOnClose()
                connection.close()
            } else {
                try await connection.channel.close(mode: .output).get()
            }
            #expect(await eventually { ended.withLock(\.self) })
            connection.close()
        }
    }

    @Test(
        "a message of 256 MiB passes both ways in bounded memory",
        .enabled(if: ProcessMemory.isOurs, "the address sanitizer keeps freed memory"))
    func hugeMessage() async throws {
        try await withProxy(
            to: FakeBrowser.serving { connection, _ in
                try await connection.send(FakeBrowser.switching)
                while let bytes = try await connection.next() { try await connection.write(bytes) }
            }
        ) { port in
            let connection = try await RawConnection.connect(port, receiveBuffer: 256 << 10)
            defer { connection.close() }
            _ = try await connection.upgrade("/devtools/page/A")
            let before = try ProcessMemory.resident()
            try await EchoLoad(mebibytes: 256).run(on: connection)
            #expect(try ProcessMemory.resident() - before < 32 << 20)
        }
    }

    @Test("a client that does not read stops the upstream, not the memory")
    func slowReader() async throws {
        let sent = Mutex(0)
        try await withProxy(
            to: FakeBrowser.serving { connection, _ in
                try await connection.send(FakeBrowser.switching)
                let block = ByteBuffer(repeating: 0, count: 1 << 20)
                for _ in 0..<256 {
                    try await connection.write(block)
                    sent.withLock { $0 += 1 }
                }
            }
        ) { port in
            let connection = try await RawConnection.connect(port)
            defer { connection.close() }
            _ = try await connection.upgrade("/")
            var last = -1
            #expect(
                await eventually(every: .milliseconds(300)) {
                    let now = sent.withLock(\.self)
                    defer { last = now }
                    return now == last
                })
            #expect(sent.withLock(\.self) < 32, "only what the sockets hold has been taken")
        }
    }

    @Test("without an upstream requests are held, then answered 503")
    func unavailable() async throws {
        let start = ContinuousClock.now
        try await ProxyFixture.withCDPProxy(ProxySetup(upstream: 1, hold: .milliseconds(300))) { port in
            for request in [RawConnection.upgradeRequest("/"), "GET /json/list HTTP/1.1\r\nHost: localhost\r\n\r\n"] {
                let answer = try await RawConnection.exchange(port, request)
                #expect(answer.hasPrefix("HTTP/1.1 503 "))
                #expect(answer.contains("Retry-After: 1\r\n") && answer.contains(#"{"code":"unavailable","message":""#))
            }
        }
        #expect(ContinuousClock.now - start > .milliseconds(400))
    }
}
