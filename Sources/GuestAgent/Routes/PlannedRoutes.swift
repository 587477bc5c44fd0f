import AgentCore
import HTTPTypes

/// The operations of the contract that are documented and not built yet. Each answers 501 and says so.
struct PlannedRoutes {
    private static let operations: [(HTTPRequest.Method, [String])] = [
        (.get, ["/telemetry", "/telemetry/stream", "/webmcp/tools"]),
        (.post, ["/repl", "/telemetry/events", "/webmcp/invoke"]),
        (.put, ["/telemetry"]),
        (.patch, ["/telemetry"]),
    ]

    func add(to table: inout RouteTable) {
        for (method, paths) in Self.operations {
            for path in paths {
                table.add(method, path) { _, _ in
                    throw AgentError.notImplemented("\(method.rawValue) \(path) is not built yet")
                }
            }
        }
    }
}
