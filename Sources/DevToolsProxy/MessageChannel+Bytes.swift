import NIOCore

/// A connection that has left HTTP, its bytes pulled off it as they come.
typealias ByteConnection = MessageChannel<ByteBuffer, ByteBuffer>

extension MessageChannel {
    /// Takes HTTP off the connection with `removal`. What had been read of it comes first.
    func leavingHTTP(
        _ removal: @escaping @Sendable (Self) -> EventLoopFuture<Void>
    ) async throws -> ByteConnection {
        try await eventLoop.flatSubmit {
            eventLoop.makeCompletedFuture { try succeeded(by: ByteBuffer.self) }
                .flatMap { bytes in removal(self).map { bytes } }
        }.get()
    }

    /// Has a reader of other messages take this one's place. On the event loop.
    private func succeeded<Message: Sendable>(by type: Message.Type) throws -> MessageChannel<Message, Message> {
        let successor = try MessageChannel<Message, Message>(wrapping: channel)
        removeReader()
        return successor
    }
}
