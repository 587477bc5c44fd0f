import AgentCore
import Hummingbird
import Listening
import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP listener with routes, as a service: the API, and the metrics.
struct APIServer: Service {
    let application: Application<RouterResponder<AgentRequestContext>>
    let address: SocketEndpoint
    /// More than anybody needs who reads them.
    private static let metricsConnections = 64
    /// The setting that chooses the port.
    private let key: String

    static func api(_ routes: RouteTable, _ configuration: AgentConfiguration, _ gate: Gate) -> APIServer {
        APIServer(
            routes, at: SocketEndpoint(host: configuration.bindAddress, port: configuration.apiPort), key: "PORT",
            middleware: [
                MetricsMiddleware(routes: routes.routes, registry: gate.metrics),
                BodyLimitMiddleware(limit: configuration.limits.jsonSize << 20),
            ],
            configuration.limits.clients(configuration.limits.connections), .api, gate)
    }

    /// `nil` when no port is set for it.
    static func metrics(_ configuration: AgentConfiguration, _ gate: Gate) -> APIServer? {
        configuration.metricsPort.map { port in
            APIServer(
                MetricsRoutes(registry: gate.metrics).table,
                at: SocketEndpoint(host: configuration.bindAddress, port: port), key: "METRICS_PORT", middleware: [],
                configuration.limits.clients(metricsConnections), .metrics, gate)
        }
    }

    private init(
        _ routes: RouteTable, at address: SocketEndpoint, key: String,
        middleware: [any MiddlewareProtocol<Request, Response, AgentRequestContext>],
        _ clients: ClientLimits, _ listener: AccessRequest.Listener, _ gate: Gate
    ) {
        self.address = address
        self.key = key
        let router = routes.router(
            middleware: middleware + [
                AccessLogMiddleware(), CrossOriginMiddleware(policy: gate.policy, listener: listener),
                ErrorMiddleware(),
                AccessPolicyMiddleware(policy: gate.policy, listener: listener),
            ] + (gate.scaleToZero.map { [WakefulnessMiddleware(scaleToZero: $0)] } ?? []))
        application = Application(
            router: router, server: .api(clients, tls: gate.tls, meters: gate.meters(of: listener)),
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
            onServerRunning: { channel in
                try? await channel.eventLoop.submit {
                    try channel.pipeline.syncOperations.addHandler(ReserveDescriptorHandler(), position: .first)
                }.get()
            },
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
