package import NIOCore
package import NIOHTTP1

/// What the clients of one listener may take of the agent: connections, time, and memory for heads.
package struct ClientLimits: Sendable {
    package let connections: ConnectionTable
    package let deadlines: ClientDeadlines
    /// Of all fields of a request's head together, in bytes.
    private let headSize: Int

    package init(connections: Int = 1024, deadlines: ClientDeadlines = ClientDeadlines(), headSize: Int = 64 << 10) {
        self.connections = ConnectionTable(limit: connections)
        self.deadlines = deadlines
        self.headSize = headSize
    }

    /// What a parser takes before it fails with `headerOverflow`. One field may take half of it: a request line carries
    /// a whole URL.
    package var parser: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = headSize / 2
        limits.maxHeaderListSize = headSize
        limits.maxHeaderFieldCount = 128
        return limits
    }

    /// A client that has been let in.
    package struct Admission {
        /// To be left when the connection has ended.
        package let connection: TrackedConnection
        /// To be put behind the HTTP decoder and whatever takes its place.
        package let deadlines: DeadlineHandler
    }

    /// Lets a new channel in, or not; either way its first handler is in place then. On the channel's event loop.
    ///
    /// - Returns: `nil` for a channel that is refused: it needs no further handlers, reads by itself, and closes.
    package func admit(_ channel: any Channel) throws -> Admission? {
        let pipeline = channel.pipeline.syncOperations
        guard let connection = connections.admit(channel) else {
            try pipeline.addHandler(RefusalHandler(table: connections, refusing: connections.refusal))
            return nil
        }
        let refusals = RefusalHandler(table: connections)
        try pipeline.addHandler(refusals)
        return Admission(
            connection: connection, deadlines: DeadlineHandler(deadlines, connection: connection, refusals: refusals))
    }
}
