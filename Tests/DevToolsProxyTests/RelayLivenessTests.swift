import AgentTestSupport
import NIOCore
import Synchronization
import Testing

@testable import DevToolsProxy

@Suite("RelayLiveness", .timeLimit(.minutes(1)))
struct RelayLivenessTests {
    @Test("a client is given up at the third silent look")
    func verdicts() {
        var liveness = RelayLiveness(interval: .seconds(15))
        liveness.hear()
        #expect(liveness.tick() == .alive)
        #expect(liveness.tick() == .silent)
        #expect(liveness.tick() == .silent)
        liveness.hear()
        #expect(liveness.tick() == .alive)
        #expect([liveness.tick(), liveness.tick(), liveness.tick()] == [.silent, .silent, .dead])
    }

    @Test("a client that answers no ping is let go, and the upstream with it")
    func silentClient() async throws {
        let hasLeft = Mutex(false)
        try await withRelay(
            serve: { connection in
                _ = try? await connection.receiveAll()
                hasLeft.withLock { $0 = true }
            },
            {
                let connection = try await RawConnection.connect($0)
                defer { connection.close() }
                _ = try await connection.upgrade("/", headers: "User-Agent: Playwright/1.0\r\n")
                #expect(try await connection.receiveAll() == [0x89, 0, 0x89, 0])
                #expect(await eventually { hasLeft.withLock(\.self) })
            })
    }

    @Test("a client that answers its pings stays")
    func answeringClient() async throws {
        try await withRelay(
            pingInterval: .milliseconds(250),
            serve: { _ = try await $0.receiveAll() },
            {
                let connection = try await RawConnection.connect($0)
                defer { connection.close() }
                _ = try await connection.upgrade("/", headers: "User-Agent: Playwright/1.0\r\n")
                for _ in 0..<5 {
                    #expect(try await connection.next(within: .seconds(10)) == RelayLiveness.ping)
                    try await connection.write(ByteBuffer(bytes: [0x8A, 0x80, 0, 0, 0, 0]))
                }
            })
    }

    @Test("no ping stands within a frame")
    func frameInTwoParts() async throws {
        try await withRelay(
            pingInterval: .milliseconds(500),
            serve: { connection in
                try await connection.write(ByteBuffer(bytes: [0x82, 3, 1]))
                _ = try await connection.receive(through: "finish")
                try await connection.write(ByteBuffer(bytes: [2, 3]))
                _ = try await connection.receiveAll()
            },
            {
                let connection = try await RawConnection.connect($0)
                defer { connection.close() }
                _ = try await connection.upgrade("/", headers: "User-Agent: Playwright/1.0\r\n")
                // On a busy machine a ping may come before the frame has begun.
                var first = try await connection.next()
                while first == RelayLiveness.ping { first = try await connection.next() }
                #expect(first == ByteBuffer(bytes: [0x82, 3, 1]))
                await #expect(throws: (any Error).self) { try await connection.next(within: .milliseconds(700)) }
                try await connection.send("finish")
                #expect(try await connection.next() == ByteBuffer(bytes: [2, 3]))
            })
    }

    @Test("clients that may take a ping for a message get none", arguments: ["", "User-Agent: Go-http-client/1.1\r\n"])
    func simpleClient(headers: String) async throws {
        try await withRelay(
            serve: { connection in
                _ = try await connection.receive(through: "answer")
                try await connection.send("answer")
                _ = try await connection.receiveAll()
            },
            {
                let connection = try await RawConnection.connect($0)
                defer { connection.close() }
                _ = try await connection.upgrade("/", headers: headers)
                await #expect(throws: (any Error).self) { try await connection.next(within: .milliseconds(600)) }
                try await connection.send("answer")
                #expect(try await connection.next() == ByteBuffer(string: "answer"))
            })
    }

    /// Relays a WebSocket to a page, with a look at the client at each interval.
    private func withRelay(
        pingInterval: Duration = .milliseconds(100),
        serve: @Sendable @escaping (RawConnection) async throws -> Void,
        _ body: @Sendable @escaping (Int) async throws -> Void
    ) async throws {
        try await ProxyFixture.withUpstream(
            FakeBrowser.serving { connection, _ in
                try await connection.send(FakeBrowser.switching)
                try await serve(connection)
            }
        ) { upstream in
            var setup = ProxySetup(upstream: upstream)
            setup.configuration.pingInterval = pingInterval
            try await ProxyFixture.withCDPProxy(setup, body)
        }
    }
}
