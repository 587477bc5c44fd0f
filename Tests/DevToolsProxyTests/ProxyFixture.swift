import AgentCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

@testable import DevToolsProxy

/// Proxies and upstreams for one test, each on a port of its own, ended with the test.
enum ProxyFixture {
    static var group: MultiThreadedEventLoopGroup { .singleton }

    static var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// For all tests together, as there is one for all proxies of an agent.
    static let relays = Result { () throws(AgentError) in try RelayThread() }

    /// Runs a CDP proxy while `body` uses its port.
    static func withCDPProxy<Result: Sendable>(
        _ setup: ProxySetup, _ body: @Sendable @escaping (Int) async throws -> Result
    ) async throws -> Result {
        let relays = try relays.get()
        return try await withService(body) { ready in
            CDPProxy(listener: setup.listener(relays, onListening: ready), browser: setup.browser)
        }
    }

    /// Runs a CDP proxy as the agent does, in a service group that `body` must shut down.
    static func withServiceGroup(
        _ setup: ProxySetup, _ body: @Sendable @escaping (ServiceGroup, Int) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let listener = setup.listener(try relays.get(), onListening: { continuation.yield($0) })
        let proxy = CDPProxy(listener: listener, browser: setup.browser)
        let services = ServiceGroup(services: [proxy], logger: logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await services.run() }
            for await port in ports {
                try await body(services, port)
                break
            }
            try await group.waitForAll()
        }
    }

    /// Runs a WebDriver proxy while `body` uses its port.
    ///
    /// - Parameter setup: of which the upstream is chromedriver.
    static func withWebDriverProxy<Result: Sendable>(
        _ setup: ProxySetup, browser: ProxySetup, debuggerPort: Int,
        _ body: @Sendable @escaping (Int) async throws -> Result
    ) async throws -> Result {
        let relays = try relays.get()
        return try await withService(body) { ready in
            WebDriverProxy(
                listener: setup.listener(relays, onListening: ready), driver: SocketEndpoint(port: setup.upstream),
                browser: browser.browser, debuggerAddress: SocketEndpoint(port: debuggerPort))
        }
    }

    /// Runs an upstream that serves each connection with `serve` while `body` uses its port.
    static func withUpstream<Result: Sendable>(
        _ serve: @Sendable @escaping (RawConnection) async throws -> Void,
        _ body: @Sendable @escaping (Int) async throws -> Result
    ) async throws -> Result {
        try await withService(body) { ready in FakeUpstream(serve: serve, onListening: ready) }
    }

    private static func withService<Result: Sendable>(
        _ body: @Sendable @escaping (Int) async throws -> Result,
        _ make: (@escaping @Sendable (Int) async -> Void) -> any Service
    ) async throws -> Result {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let service = make { continuation.yield($0) }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await service.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(port) }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}

/// A server whose every byte the test decides.
private struct FakeUpstream: Service {
    let serve: @Sendable (RawConnection) async throws -> Void
    let onListening: @Sendable (Int) async -> Void

    func run() async throws {
        let server = try await ServerBootstrap(group: ProxyFixture.group)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try RawConnection(wrapping: channel) }
            }
        await onListening(server.channel.localAddress?.port ?? 0)
        try await server.executeThenClose { clients in
            try await withThrowingDiscardingTaskGroup { group in
                for try await client in clients {
                    group.addTask {
                        try? await client.closingOnCancellation { try await serve(client) }
                        client.close()
                    }
                }
            }
        }
    }
}

/// A proxy of a test and the upstream behind it, both on loopback.
struct ProxySetup: Sendable {
    var configuration = ProxyConfiguration(listen: SocketEndpoint(port: 0), lingerTimeout: .seconds(2))
    /// The upstream's port.
    var upstream: Int
    var hold = Duration.milliseconds(200)

    var browser: BrowserUpstream {
        BrowserUpstream(
            DevToolsLocation(address: SocketEndpoint(port: upstream)), group: ProxyFixture.group, holdTimeout: hold)
    }

    fileprivate func listener(
        _ relays: RelayThread, onListening: @escaping @Sendable (Int) async -> Void
    ) -> ProxyListener {
        ProxyListener(
            configuration: configuration, relays: relays, group: ProxyFixture.group, logger: ProxyFixture.logger,
            onListening: onListening)
    }
}
