import AgentCore
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP API as a service.
struct APIServer: Service {
    let application: Application<RouterResponder<AgentRequestContext>>
    let address: SocketEndpoint

    init(
        routes: RouteTable, configuration: AgentConfiguration, scaleToZero: ScaleToZero, logger: Logger
    ) {
        address = SocketEndpoint(host: configuration.bindAddress, port: configuration.apiPort)
        let router = routes.router(middleware: [
            AccessLogMiddleware(), ErrorMiddleware(), AccessPolicyMiddleware(policy: configuration.accessPolicy),
            WakefulnessMiddleware(scaleToZero: scaleToZero),
        ])
        application = Application(
            router: router, server: .api,
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
            logger: logger)
    }

    func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw AgentError.unavailable("cannot listen on \(address) (PORT): \(error.description)")
        }
    }
}
