import AgentCore
import Hummingbird

/// `/scaletozero/…`: whether the machine may sleep while nobody calls.
struct ScaleToZeroRoutes {
    /// `nil` where no platform puts the machine to sleep; then there is nothing to do.
    let scaleToZero: ScaleToZero?

    func add(to table: inout RouteTable) {
        table.post("/scaletozero/disable") { _, _ in
            try await scaleToZero?.pin()
            return .empty(.noContent)
        }
        table.post("/scaletozero/enable") { _, _ in
            await scaleToZero?.unpin()
            return .empty(.noContent)
        }
    }
}
