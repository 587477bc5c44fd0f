import AgentAPI
import Hummingbird

/// Liveness, which asks nothing of anybody, and readiness, which asks everybody.
struct HealthRoutes {
    let readiness: Readiness
    let started = ContinuousClock.now

    func add(to table: inout RouteTable) {
        table.get("/health") { _, _ in
            let uptime = (ContinuousClock.now - started).components.seconds
            return try .json(HealthResponse(version: AgentVersion.text, uptimeSeconds: Int(uptime)))
        }
        table.get("/ready") { _, _ in
            let response = await readiness.check()
            return try .json(response, status: response.ready ? .ok : .serviceUnavailable)
        }
    }
}
