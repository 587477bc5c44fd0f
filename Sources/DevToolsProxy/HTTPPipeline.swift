import Listening
import NIOCore
import NIOHTTP1
import NIOPosix

/// How the channels on both sides of a proxy are set up for HTTP/1.1, and how they leave it for raw bytes.
enum HTTPPipeline {
    /// A client that has vanished is noticed within a minute, also one whose connection is relayed.
    private static let deadPeerPatience = Duration.seconds(50)

    /// A client's new channel, let in or refused. On its event loop.
    static func configureClient(_ channel: any Channel, within limits: ClientLimits) throws -> AcceptedClient {
        guard let admission = try limits.admit(channel) else {
            return try AcceptedClient(connection: ClientConnection(wrapping: channel), place: nil)
        }
        try setOptions(of: channel)
        try channel.giveUpDeadPeer(after: deadPeerPatience)
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(limits: limits.parser)),
            admission.deadlines,
        ])
        return try AcceptedClient(connection: ClientConnection(wrapping: channel), place: admission.connection)
    }

    /// A new channel to an upstream. On its event loop.
    static func configureUpstream(_ channel: any Channel) throws -> UpstreamConnection {
        try setOptions(of: channel)
        try channel.pipeline.syncOperations.addHandlers([
            HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(limits: upstreamLimits)),
        ])
        return try UpstreamConnection(wrapping: channel)
    }

    /// Takes HTTP off a client's channel. Bytes that followed the upgrade request come out of it last.
    static func leave(_ client: ClientConnection) -> EventLoopFuture<Void> {
        client.channel.removeHandler(HTTPResponseEncoder.self)
            .flatMap { client.channel.removeHandler(ByteToMessageHandler<HTTPRequestDecoder>.self) }
    }

    /// Takes HTTP off an upstream's channel. Bytes that followed the 101 come out of it last.
    static func leave(_ upstream: UpstreamConnection) -> EventLoopFuture<Void> {
        upstream.channel.removeHandler(HTTPRequestEncoder.self)
            .flatMap { upstream.channel.removeHandler(ByteToMessageHandler<HTTPResponseDecoder>.self) }
    }

    private static var upstreamLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 32 << 10
        limits.maxHeaderListSize = 64 << 10
        limits.maxHeaderFieldCount = 128
        return limits
    }

    private static func setOptions(of channel: any Channel) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.autoRead, value: false)
        try options.setOption(.maxMessagesPerRead, value: 1)
        try options.setOption(.allowRemoteHalfClosure, value: true)
        try options.setOption(.tcpOption(.tcp_nodelay), value: 1)
    }
}

/// A channel that has been set up, and its place among the connections of the listener.
struct AcceptedClient: Sendable {
    let connection: ClientConnection
    /// `nil` for a client that is being refused.
    let place: TrackedConnection?
}

extension Channel {
    /// To be called on the event loop.
    fileprivate func removeHandler<Handler: RemovableChannelHandler>(_ type: Handler.Type) -> EventLoopFuture<Void> {
        do {
            return pipeline.syncOperations.removeHandler(try pipeline.syncOperations.handler(type: type))
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }
}

extension HTTPDecoder {
    fileprivate convenience init(limits: NIOHTTPDecoderLimitConfiguration) {
        self.init(
            leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop, limitConfiguration: limits)
    }
}
