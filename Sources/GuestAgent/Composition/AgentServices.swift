import AgentCore
import Logging
import ServiceLifecycle

/// Builds every service of the daemon from its configuration. Nothing is opened or started here.
struct AgentServices {
    let configuration: AgentConfiguration

    /// In the order they start.
    var all: [any Service] {
        [
            ShutdownDeadline(timeout: configuration.shutdownTimeout),
            APIServer(routes: routes, configuration: configuration, logger: Logger(label: "api")),
        ]
    }

    var readiness: Readiness {
        Readiness(
            xServer: { nil },
            chromium: { nil },
            recorder: { nil })
    }

    var routes: RouteTable {
        var table = RouteTable()
        HealthRoutes(readiness: readiness).add(to: &table)
        SpecRoutes().add(to: &table)
        PlannedRoutes().add(to: &table)
        return table
    }
}
