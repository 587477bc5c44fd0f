import AgentCore
import HTTPTypes
import Hummingbird

/// Counts requests, those answered by group and status. A group is the first part of a path that is routed; everything
/// else is `other`, so that clients cannot make up groups.
struct MetricsMiddleware: RouterMiddleware {
    private static let name = "guest_agent_requests_total"
    private static let summary = "Requests that were answered, by the first part of the path."

    /// By group; each by hundreds of the status, from 1 to 5.
    private let answered: [Substring: [Meter]]
    private let others: [Meter]
    private let inFlight: Meter
    private let failed: Meter

    init(routes: [RouteTable.Route], registry: MetricsRegistry) {
        func meters(of group: String) -> [Meter] {
            (1...5).map { digit in
                registry.meter(.counter, Self.name, Self.summary, [("group", group), ("status", "\(digit)xx")])
            }
        }
        let groups = Set(routes.compactMap { $0.path.split(separator: "/").first }).sorted()
        answered = Dictionary(uniqueKeysWithValues: groups.map { ($0, meters(of: String($0))) })
        others = meters(of: "other")
        inFlight = registry.meter(
            .gauge, "guest_agent_requests_in_flight", "Requests whose answer has not begun.")
        failed = registry.meter(
            .counter, "guest_agent_errors_total", "Requests answered 500, which the agent's log explains.")
    }

    func handle(
        _ request: Request, context: AgentRequestContext,
        next: (Request, AgentRequestContext) async throws -> Response
    ) async throws -> Response {
        inFlight.add()
        defer { inFlight.subtract() }
        let response = try await next(request, context)
        let group = request.uri.path.dropFirst().prefix { $0 != "/" }
        let hundreds = min(max(response.status.code / 100, 1), 5)
        (answered[group] ?? others)[hundreds - 1].add()
        if response.status == .internalServerError { failed.add() }
        return response
    }
}
