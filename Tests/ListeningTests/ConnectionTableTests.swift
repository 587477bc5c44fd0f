import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Listening

@Suite("places for connections")
struct ConnectionTableTests {
    private static let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    /// Seven of them for one client.
    private let limits = ClientLimits(connections: 8)

    private func fill(_ count: Int = 7) throws -> [ClientFixture] {
        try (0..<count).map { try ClientFixture(limits, after: .seconds(Int64($0))) }
    }

    @Test("a new one gets the place of the one that has been idle for longest")
    func eviction() throws {
        let clients = try fill()
        let late = try ClientFixture(limits, after: .seconds(100))
        #expect(late.isAdmitted && limits.connections.count == 7)
        #expect(clients.map(\.channel.isActive) == [false] + Array(repeating: true, count: 6))
        #expect(try clients[0].received().isEmpty)
    }

    @Test("one that is in the middle of a head is told")
    func evictionInHead() throws {
        let clients = try fill()
        try clients[0].send("GET / HT")
        _ = try ClientFixture(limits, after: .seconds(100))
        let answer = try clients[0].received()
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("\r\nRetry-After: 1\r\n"))
    }

    @Test("where all are busy it is refused, told so, and closed")
    func refusal() throws {
        let clients = try fill()
        for client in clients { try client.send(Self.request) }
        let late = try ClientFixture(limits, after: .seconds(100))
        #expect(!late.isAdmitted && clients.allSatisfy { $0.channel.isActive })
        let answer = try late.received()
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains(#""code":"unavailable""#))
        late.wait(.seconds(1))
        #expect(!late.channel.isActive)
        try clients[3].answer()
        #expect(try ClientFixture(limits, after: .seconds(200)).isAdmitted)
        #expect(!clients[3].channel.isActive)
    }

    @Test("a body that has stopped for seconds gives way, and whoever reads it is told")
    func stalledBody() throws {
        let clients = try fill()
        for client in clients { try client.send(Self.request) }
        try clients[5].answer()
        try clients[5].send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1")
        #expect(try !ClientFixture(limits, after: .seconds(9)).isAdmitted)
        clients[5].wait(.seconds(20))
        #expect(try ClientFixture(limits, after: .seconds(100)).isAdmitted)
        #expect(clients[5].failure != nil)
    }

    @Test("a place that is left is free")
    func leaving() throws {
        var clients = try fill()
        #expect(limits.connections.count == 7)
        clients.removeLast(3)
        #expect(limits.connections.count == 4)
    }

    @Test("only so many are left open after a refusal")
    func lingering() {
        let table = limits.connections
        let count = ConnectionTable.lingerLimit
        #expect((0..<count).allSatisfy { _ in table.beginLingering() })
        #expect(!table.beginLingering())
        table.endLingering()
        #expect(table.beginLingering())
    }
}
