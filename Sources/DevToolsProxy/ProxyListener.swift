import AgentCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// Accepts the clients of one proxy and serves each in a task of its own.
struct ProxyListener: Sendable {
    let address: SocketEndpoint
    let group: any EventLoopGroup
    let logger: Logger

    /// Listens until the task is cancelled or the service group shuts down gracefully, then waits for the connections
    /// that are left. On graceful shutdown each of those sees a `ProxyShutdown`.
    ///
    /// - Parameters:
    ///   - onListening: called once with the port clients can connect to.
    ///   - serve: handles one connection to its end; the connection is closed after it.
    /// - Throws: `unavailable` if the address cannot be listened on.
    func run(
        onListening: @Sendable (Int) async -> Void, serve: @escaping @Sendable (ClientConnection) async -> Void
    ) async throws {
        let server = try await bind()
        let port = server.channel.localAddress?.port ?? address.port
        logger.info("listening", metadata: ["host": "\(address.host)", "port": "\(port)"])
        await onListening(port)
        try await withGracefulShutdownHandler {
            try await server.executeThenClose { clients in
                try await accept(clients, serve: serve)
            }
        } onGracefulShutdown: {
            server.channel.close(promise: nil)
        }
    }

    private func accept(
        _ clients: NIOAsyncChannelInboundStream<ClientConnection>,
        serve: @escaping @Sendable (ClientConnection) async -> Void
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for try await client in clients {
                group.addTask { await Self.attend(client, serve: serve) }
            }
        }
    }

    private static func attend(
        _ client: ClientConnection, serve: @escaping @Sendable (ClientConnection) async -> Void
    ) async {
        await withGracefulShutdownHandler {
            await client.closingOnCancellation { await serve(client) }
        } onGracefulShutdown: {
            client.channel.pipeline.fireUserInboundEventTriggered(ProxyShutdown())
        }
        client.close()
    }

    private func bind() async throws -> NIOAsyncChannel<ClientConnection, Never> {
        do {
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelOption(.backlog, value: 1024)
                .bind(host: address.host, port: address.port) { channel in
                    channel.eventLoop.makeCompletedFuture { try HTTPPipeline.configureClient(channel) }
                }
        } catch {
            throw AgentError.unavailable("cannot listen on \(address): \(error)", cause: "\(type(of: error))")
        }
    }
}
