import AgentCore
import Glibc
import NIOCore
import NIOPosix

/// A socket on which the relay finds, in the clear, what NIO decrypts of a connection, and whose bytes NIO encrypts.
///
/// A relay moves bytes between two descriptors and knows nothing of TLS. So it is given one end of a pair, and the other
/// end is bridged to the connection.
enum DecryptedSocket {
    /// Joins the connection to a new pair. On the connection's event loop.
    ///
    /// - Parameter collector: the connection's last handler; what it has got by then does not come through the pair.
    /// - Returns: the relay's end, for the caller to close.
    static func open(
        for connection: any Channel, after collector: NIOLoopBound<LeftoverCollector>
    ) -> EventLoopFuture<Int32> {
        let eventLoop = connection.eventLoop
        return eventLoop.makeCompletedFuture { try socketPair() }.flatMap { near, far in
            let (outer, inner) = BridgeEnd.pair()
            let ends = NIOLoopBound((outer: outer, inner: inner), eventLoop: eventLoop)
            return ClientBootstrap(group: eventLoop)
                .channelOption(.autoRead, value: false)
                .channelOption(.maxMessagesPerRead, value: 1)
                .channelOption(.allowRemoteHalfClosure, value: true)
                .channelInitializer { channel in
                    eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ends.value.inner)
                    }
                }
                .withConnectedSocket(near)
                .flatMapThrowing { _ in
                    let pipeline = connection.pipeline.syncOperations
                    try pipeline.addHandler(ends.value.outer, position: .before(collector.value))
                    if collector.value.hasEnded || !connection.isActive { ends.value.outer.endPartner() }
                    ends.value.outer.readIfWanted()
                    ends.value.inner.readIfWanted()
                    return far
                }
                .flatMapErrorThrowing { error in
                    close(far)
                    throw error
                }
        }
    }

    private static func socketPair() throws(AgentError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw AgentError.system(errno: errno, operation: "relay", path: "an encrypted connection")
        }
        return (ends[0], ends[1])
    }
}
