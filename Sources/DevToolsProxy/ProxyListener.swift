import AgentCore
import Listening
package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The port of one proxy: accepts its clients and serves each in a task of its own.
package struct ProxyListener: Sendable {
    let configuration: ProxyConfiguration
    private let relays: RelayThread
    private let group: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - relays: carries the WebSockets once they are agreed.
    ///   - group: the event loops that carry the connections until then.
    ///   - onListening: called once with the port, which is of interest where the configured one is 0.
    package init(
        configuration: ProxyConfiguration, relays: RelayThread, group: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.relays = relays
        self.group = group
        self.logger = logger
        self.onListening = onListening
    }

    /// Listens until the task is cancelled or the service group shuts down gracefully, then waits for the connections
    /// that are left. On graceful shutdown each of those sees a `ProxyShutdown`.
    ///
    /// - Parameter serve: handles one connection to its end; the connection is closed after it.
    /// - Throws: `unavailable` if the address cannot be listened on.
    func run(serve: @escaping @Sendable (ClientSession) async -> Void) async throws {
        let server = try await bind()
        let port = server.channel.localAddress?.port ?? configuration.listen.port
        logger.info("listening", metadata: ["host": "\(configuration.listen.host)", "port": "\(port)"])
        await onListening(port)
        try await withGracefulShutdownHandler {
            try await server.executeThenClose { clients in
                try await accept(clients) { client in
                    await serve(
                        ClientSession(
                            client: client, configuration: configuration, relays: relays,
                            logger: logger))
                }
            }
        } onGracefulShutdown: {
            server.channel.close(promise: nil)
        }
    }

    private func accept(
        _ clients: NIOAsyncChannelInboundStream<AcceptedClient>,
        serve: @escaping @Sendable (ClientConnection) async -> Void
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for try await client in clients {
                configuration.meters.accepted.add()
                if client.place == nil { configuration.meters.refused.add() }
                group.addTask {
                    configuration.meters.open.add()
                    defer { configuration.meters.open.subtract() }
                    await Self.attend(client, serve: serve)
                }
            }
        }
    }

    private static func attend(
        _ accepted: AcceptedClient, serve: @escaping @Sendable (ClientConnection) async -> Void
    ) async {
        let client = accepted.connection
        defer { accepted.place?.leave() }
        await withGracefulShutdownHandler {
            await client.closingOnCancellation { await serve(client) }
        } onGracefulShutdown: {
            client.channel.pipeline.fireUserInboundEventTriggered(ProxyShutdown())
        }
        client.close()
    }

    private func bind() async throws -> NIOAsyncChannel<AcceptedClient, Never> {
        do {
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ReserveDescriptorHandler())
                    }
                }
                .bind(host: configuration.listen.host, port: configuration.listen.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try configuration.encryption?(channel)
                        return try HTTPPipeline.configureClient(channel, within: configuration.clients)
                    }
                }
        } catch {
            throw AgentError.unavailable(
                "cannot listen on \(configuration.listen): \(error)", cause: "\(type(of: error))")
        }
    }
}
