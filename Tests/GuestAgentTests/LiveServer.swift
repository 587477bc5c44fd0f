import AgentCore
import Hummingbird
import Listening
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

@testable import GuestAgent

/// The API's server on a free loopback port, with routes of the test's own.
struct LiveServer {
    let port: Int
    private let group: ServiceGroup

    /// Runs `body` against the server and stops it gracefully afterwards, on every path.
    static func with(
        _ routes: (inout RouteTable) -> Void, _ body: @escaping @Sendable (LiveServer) async throws -> Void
    ) async throws {
        var table = RouteTable()
        routes(&table)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let application = Application(
            router: table.router(middleware: [AccessLogMiddleware(), ErrorMiddleware()]),
            server: .api(ClientLimits(), tls: nil, meters: ListenerMeters(of: .api, in: MetricsRegistry())),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? 0)
            },
            logger: quiet)
        let group = ServiceGroup(configuration: .init(services: [application], logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let server = LiveServer(port: await iterator.next() ?? 0, group: group)
            defer { tasks.cancelAll() }
            try await body(server)
            await group.triggerGracefulShutdown()
            try await tasks.next()
        }
    }

    /// Begins the graceful stop without waiting for its end.
    func stop() async {
        await group.triggerGracefulShutdown()
    }

    private static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()
}
