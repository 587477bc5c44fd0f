import AgentAPI
import AgentCore
import Hummingbird

/// `/tickets`: permission for one request, which a page can put into a URL.
struct TicketRoutes {
    private static let usualLife = 60
    private static let lives = 1...Int(Tickets.longestLife.components.seconds)

    let tickets: Tickets

    func add(to table: inout RouteTable) {
        table.post("/tickets") { request, context in
            let wanted = try await request.decodeJSON(TicketRequest.self, context)
            let life = try (wanted.seconds ?? Self.usualLife).checked(in: Self.lives, field: "ttl_seconds")
            let scope = try Tickets.Scope(
                listener: .init(field: "listener", of: wanted.listener, default: .api), path: wanted.path)
            let ticket = try tickets.issue(for: scope, lasting: .seconds(life))
            let end = Timestamp(seconds: UnixTime.now.seconds + Int64(life))
            return try .json(TicketResponse(ticket: ticket, expiresAt: end), status: .created)
        }
    }
}
