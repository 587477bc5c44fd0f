import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// How the channels on both sides of a proxy are set up for HTTP/1.1, and how they leave it for raw bytes.
enum HTTPPipeline {
    /// Largest sum of a message's header names and values.
    static let headerLimit = 64 << 10
    /// Largest single header, and largest request target: `/json/new?` carries a whole URL.
    static let headerFieldLimit = 32 << 10

    /// A client's new channel. On its event loop.
    static func configureClient(_ channel: any Channel) throws -> ClientConnection {
        try setOptions(of: channel)
        try notifyOfDeadPeer(channel)
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(limits: limits)),
        ])
        return try ClientConnection(wrapping: channel)
    }

    /// A new channel to an upstream. On its event loop.
    static func configureUpstream(_ channel: any Channel) throws -> UpstreamConnection {
        try setOptions(of: channel)
        try channel.pipeline.syncOperations.addHandlers([
            HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder(limits: limits)),
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

    private static var limits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = headerFieldLimit
        limits.maxHeaderListSize = headerLimit
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

    /// Has the kernel probe a silent client (`man 7 tcp`), and give one up that acknowledges nothing or takes nothing,
    /// so that one that vanished is noticed within a minute. Of a socket that is relayed this stays true.
    private static func notifyOfDeadPeer(_ channel: any Channel) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.socketOption(.so_keepalive), value: 1)
        for (option, value) in [
            (TCP_KEEPIDLE, 30), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 2), (TCP_USER_TIMEOUT, 50_000),
        ] {
            try options.setOption(.tcpOption(.init(rawValue: option)), value: value)
        }
    }
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
