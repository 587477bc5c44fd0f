import AgentCore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Listening
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// How one connection of the API is set up: HTTP/1.1, upgrades as ordinary routes, JSON for malformed heads.
struct APIServerChannel: ServerChildChannel, HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// How much is received at once, in bytes: more while reads fill what they are given. Uploads are a third faster
    /// than with NIO's limit of 64 KiB, for each read costs waking up the threads behind it. A connection keeps as many
    /// buffers as it may do reads at a time, so it does one.
    private static let receiveSizes = AdaptiveRecvByteBufferAllocator(
        minimum: 1024, initial: 2048, maximum: 512 * 1024)

    /// The `ExchangeHandler` does it.
    private static let withoutFraming = {
        var configuration = HTTPResponseEncoder.Configuration()
        configuration.automaticallySetFramingHeaders = false
        return configuration
    }()

    let responder: Responder
    let limits: ClientLimits
    /// `nil` for plain connections.
    let tls: ServerTLS?
    let meters: ListenerMeters

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            count(channel)
            try tls?.encrypt(channel)
            guard let admission = try limits.admit(channel) else {
                meters.refused.add()
                return try Self.wrap(channel)
            }
            channel.closeFuture.whenComplete { [connection = admission.connection] _ in connection.leave() }
            try channel.giveUpDeadPeer(after: limits.deadlines.unread)
            try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
            try channel.syncOptions?.setOption(.recvAllocator, value: Self.receiveSizes)
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            let encoder = HTTPResponseEncoder(configuration: Self.withoutFraming)
            let decoder = ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits.parser))
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(encoder)
            try pipeline.addHandler(decoder)
            try pipeline.addHandler(UpgradeOfferHandler(encoder: encoder, decoder: decoder))
            let exchanges = ExchangeHandler()
            try pipeline.addHandler(exchanges)
            try pipeline.addHandler(admission.deadlines)
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: tls != nil))
            try pipeline.addHandler(ClientPresenceHandler())
            try pipeline.addHandler(ExpectContinueHandler(exchanges: exchanges))
            try pipeline.addHandler(MalformedRequestHandler(exchanges: exchanges))
            try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
            return try Self.wrap(channel)
        }
    }

    private static func wrap(_ channel: any Channel) throws -> Value {
        try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(
                // Parts of a body, each as large as a read: what an upload may have waiting in memory.
                backPressureStrategy: .init(lowWatermark: 2, highWatermark: 4),
                isOutboundHalfClosureEnabled: true))
    }

    private func count(_ channel: any Channel) {
        meters.accepted.add()
        meters.open.add()
        channel.closeFuture.whenComplete { [meters] _ in meters.open.subtract() }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTaskExecutor(value.channel.eventLoop)) {
            await handleHTTP(asyncChannel: value, logger: logger)
        }
    }
}

extension HTTPServerBuilder {
    /// The API's own connection set-up.
    static func api(_ limits: ClientLimits, tls: ServerTLS?, meters: ListenerMeters) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            APIServerChannel(responder: responder, limits: limits, tls: tls, meters: meters)
        }
    }
}
