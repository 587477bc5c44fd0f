import NIOCore
import NIOHTTP1

/// A channel as a task sees it: messages are pulled from it, and a write waits until the socket has taken it.
struct MessageChannel<Inbound: Sendable, Outbound: Sendable>: Sendable {
    let channel: any Channel
    private let reader: NIOLoopBound<MessageReader<Inbound>>

    /// Puts the reader at the end of the channel's pipeline. To be called on the channel's event loop.
    init(wrapping channel: any Channel) throws {
        self.channel = channel
        let reader = MessageReader<Inbound>(eventLoop: channel.eventLoop)
        try channel.pipeline.syncOperations.addHandler(reader)
        self.reader = NIOLoopBound(reader, eventLoop: channel.eventLoop)
    }

    var eventLoop: any EventLoop { channel.eventLoop }

    /// The next message, `nil` once the peer has sent its last.
    ///
    /// - Parameters:
    ///   - timeout: `requestTimeout` is thrown after it; `nil` waits for ever.
    ///   - stopsOnShutdown: whether `nil` is returned early because the agent stops.
    func next(within timeout: Duration? = nil, stopsOnShutdown: Bool = false) async throws -> Inbound? {
        let timeout = timeout.map { TimeAmount($0) }
        return try await eventLoop.flatSubmit { [reader] in
            reader.value.next(within: timeout, stopsOnShutdown: stopsOnShutdown)
        }.get()
    }

    /// Whether the peer is still there as far as is known without asking.
    func isUsable() async -> Bool {
        let state = try? await eventLoop.submit { readerState }.get()
        return channel.isActive && state?.hasEnded == false
    }

    func write(_ message: Outbound) async throws {
        try await channel.writeAndFlush(message).get()
    }

    /// Closes the channel; pending writes are lost.
    func close() {
        channel.close(promise: nil)
    }

    /// Runs `body`; a cancelled task closes the channel, which ends every wait on it.
    func closingOnCancellation<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        try await withTaskCancellationHandler(operation: body) { channel.close(promise: nil) }
    }

    /// What the reader has noticed of the channel. On the event loop.
    var readerState: MessageReaderState { reader.value.state }

    /// Has another handler take the reader's place at the end of the pipeline. On the event loop.
    func replaceReader(with successor: any ChannelHandler) throws {
        try channel.pipeline.syncOperations.addHandler(successor)
        removeReader()
    }

    /// Ends the reading of messages. On the event loop.
    func removeReader() {
        channel.pipeline.syncOperations.removeHandler(reader.value, promise: nil)
    }
}

typealias ClientConnection = MessageChannel<HTTPServerRequestPart, HTTPServerResponsePart>
typealias UpstreamConnection = MessageChannel<HTTPClientResponsePart, HTTPClientRequestPart>
