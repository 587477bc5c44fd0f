import AgentCore
import Glibc
import NIOCore

/// A connected socket that has left NIO.
final class RelaySocket: Sendable {
    let descriptor: OwnedDescriptor
    /// What NIO had read of it behind the HTTP messages.
    let leftover: ByteBuffer

    init(descriptor: consuming OwnedDescriptor, leftover: ByteBuffer = ByteBuffer()) {
        self.descriptor = descriptor
        self.leftover = leftover
    }

    /// How an attempt to move bytes has ended.
    enum Transfer {
        case bytes(Int)
        /// The socket has nothing, or takes nothing, at the moment.
        case wouldBlock
        /// The peer has sent its last byte.
        case end
        /// The connection is broken.
        case failed
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = recv(descriptor.rawValue, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return count == 0 ? .end : .bytes(count) }
            if errno != EINTR { return errno == EAGAIN ? .wouldBlock : .failed }
        }
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        while true {
            let count = Glibc.send(descriptor.rawValue, bytes.baseAddress, bytes.count, flags)
            if count >= 0 { return .bytes(count) }
            if errno != EINTR { return errno == EAGAIN ? .wouldBlock : .failed }
        }
    }

    /// Says to the peer that it has been sent the last byte (`man 2 shutdown`).
    func endOutput() {
        _ = shutdown(descriptor.rawValue, Int32(SHUT_WR))
    }

    /// Ends the connection both ways, for whoever still holds the descriptor.
    func abandon() {
        _ = shutdown(descriptor.rawValue, Int32(SHUT_RDWR))
    }
}

extension MessageChannel {
    /// Takes the socket out of NIO's hands: what is left of HTTP leaves the pipeline with `removal`, and the channel is
    /// closed, while the connection goes on under a descriptor of its own.
    ///
    /// Nobody may be waiting for a message, so that NIO reads nothing more, and all that was written must have been sent.
    ///
    /// An encrypted connection stays with NIO, and the socket is a pair's end where it is in the clear.
    ///
    /// - Parameters:
    ///   - rest: bytes that were read and not used.
    ///   - isEncrypted: whether the channel has TLS in front of its other handlers.
    func detach(
        with rest: ByteBuffer = ByteBuffer(), isEncrypted: Bool = false,
        after removal: @escaping @Sendable (Self) -> EventLoopFuture<Void>
    ) async throws -> RelaySocket {
        try await eventLoop.flatSubmit {
            let collector = NIOLoopBound(
                LeftoverCollector(rest, hasEnded: readerState.hasEnded), eventLoop: eventLoop)
            return eventLoop.makeCompletedFuture { try replaceReader(with: collector.value) }
                .flatMap { removal(self) }
                .flatMap { isEncrypted ? DecryptedSocket.open(for: channel, after: collector) : takeSocket() }
                .map { descriptor in
                    RelaySocket(descriptor: OwnedDescriptor(owning: descriptor), leftover: collector.value.bytes)
                }
        }.get()
    }

    private func takeSocket() -> EventLoopFuture<Int32> {
        eventLoop.makeCompletedFuture {
            let descriptor = try duplicateSocket()
            channel.close(promise: nil)
            return descriptor
        }
    }

    private func duplicateSocket() throws -> Int32 {
        let descriptor = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable {
            (socket: NIOBSDSocket.Handle) in fcntl(socket, F_DUPFD_CLOEXEC, 0)
        }
        guard let descriptor else { throw ChannelError.operationUnsupported }
        guard descriptor >= 0 else {
            throw AgentError.system(errno: errno, operation: "relay", path: "a connection")
        }
        return descriptor
    }
}
