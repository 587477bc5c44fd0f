import AgentCore
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP listener with routes, as a service: the API, and the metrics.
struct APIServer: Service {
    let application: Application<RouterResponder<AgentRequestContext>>
    let address: SocketEndpoint
    /// The setting that chooses the port.
    private let key: String

    static func api(_ routes: RouteTable, _ configuration: AgentConfiguration, _ gate: Gate) -> APIServer {
        APIServer(
            routes, at: SocketEndpoint(host: configuration.bindAddress, port: configuration.apiPort), key: "PORT",
            counting: [MetricsMiddleware(routes: routes.routes, registry: gate.metrics)], .api, gate)
    }

    /// `nil` when no port is set for it.
    static func metrics(_ configuration: AgentConfiguration, _ gate: Gate) -> APIServer? {
        configuration.metricsPort.map { port in
            APIServer(
                MetricsRoutes(registry: gate.metrics).table,
                at: SocketEndpoint(host: configuration.bindAddress, port: port), key: "METRICS_PORT", counting: [],
                .metrics, gate)
        }
    }

    private init(
        _ routes: RouteTable, at address: SocketEndpoint, key: String, counting: [MetricsMiddleware],
        _ listener: AccessRequest.Listener, _ gate: Gate
    ) {
        self.address = address
        self.key = key
        let router = routes.router(
            middleware: counting + [
                AccessLogMiddleware(), ErrorMiddleware(),
                AccessPolicyMiddleware(policy: gate.policy, listener: listener),
            ])
        application = Application(
            router: router, server: .api(tls: gate.tls, meters: gate.meters(of: listener)),
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
            logger: Logger(label: listener.rawValue))
    }

    func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw AgentError.unavailable("cannot listen on \(address) (\(key)): \(error.description)")
        }
    }
}
