import AsyncAlgorithms
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import GuestAgent

@Suite("Server-sent events", .timeLimit(.minutes(1)))
struct EventStreamTests {
    /// Tells whether the producer of a stream was cancelled.
    private final class Witness: Sendable {
        let cancelled = Mutex(false)
    }

    private static func route(_ table: inout RouteTable, witness: Witness = Witness(), count: Int) {
        table.get("/events") { _, context in
            let channel = AsyncTimerSequence.repeating(every: .milliseconds(1)).prefix(count).map { _ in
                if Task.isCancelled { witness.cancelled.withLock { $0 = true } }
                return "{}"
            }
            return try ServerSentEvents.response(in: context, holding: StreamLimit(8).admit(), events: channel) {
                text, buffer in
                buffer.appendEvent(json: text.utf8)
            }
        }
    }

    @Test("the head comes at once, events follow, the end closes")
    func whole() async throws {
        try await LiveServer.with({ Self.route(&$0, count: 3) }) { server in
            let connection = try RawConnection(port: server.port)
            try connection.send("GET /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answer = try await connection.receiveAll()
            #expect(answer.contains("Content-Type: text/event-stream\r\n"))
            #expect(answer.contains("X-SSE-Content-Type: application/json\r\n"))
            #expect(answer.components(separatedBy: "data: {}\n\n") == 4)
        }
    }

    @Test("a stop of the agent ends an open stream within a second")
    func stop() async throws {
        try await LiveServer.with({ Self.route(&$0, count: .max) }) { server in
            let connection = try RawConnection(port: server.port)
            try connection.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await connection.receiveText(until: "data: {}")
            let start = ContinuousClock.now
            await server.stop()
            _ = try await connection.receiveAll()
            #expect(ContinuousClock.now - start < .seconds(1))
        }
    }
}

extension String {
    /// How many pieces the separator cuts this text into.
    fileprivate func components(separatedBy separator: String) -> Int {
        var count = 1
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
