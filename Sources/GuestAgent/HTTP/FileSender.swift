import FSService
import Hummingbird
import NIOCore
import NIOHTTPTypes
import NIOSSL

/// Sends bytes of a file as the body of an answer, without copying most of them through the process.
///
/// Copied chunks and `sendfile` take turns. A chunk goes through the pipeline like any body, behind the head, and when
/// it has been written, everything before it is with the kernel and the socket takes more: that is when the file is
/// handed to the socket directly, on a thread that may wait for the disk, until the socket is full. The next chunk then
/// is what waits for the client. So nothing is in memory but a chunk, a slow client costs a chunk and no thread, and
/// NIO's own handling of files, which reads from the disk on the event loop and never ends when a file shrinks, is not
/// used.
struct FileSender {
    /// Small beside what a socket takes at once, large enough that chunks alone are a decent transfer.
    private static let chunkSize = 64 * 1024

    let file: ReadableFile
    let channel: any Channel

    /// Sends `range` behind the head of the answer, which must have been written. Returns when the kernel has all of it.
    ///
    /// Throws when the client leaves, the file becomes too short, or reading fails; the answer is then incomplete and
    /// the connection has to be closed. A cancelled task closes it.
    func send(_ range: Range<Int64>) async throws {
        try await withTaskCancellationHandler {
            let socket = try await channel.duplicateSocket()
            var position = range.lowerBound
            while position < range.upperBound {
                let limit = min(Int64(Self.chunkSize), range.upperBound - position)
                let chunk = try await file.chunk(at: position, limit: Int(limit))
                try await channel.writeAndFlush(HTTPResponsePart.body(chunk))
                position += Int64(chunk.readableBytes)
                if let socket { position += try await file.send(position..<range.upperBound, to: socket) }
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}

extension Channel {
    /// `nil` for what is no socket, or one whose bytes are encrypted first.
    fileprivate func duplicateSocket() async throws -> SocketDescriptor? {
        try await eventLoop.submit { [pipeline] in
            let isEncrypted = (try? pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)) != nil
            guard !isEncrypted else { return nil }
            return try pipeline.syncOperations.withUnsafeTransportIfAvailable { (socket: NIOBSDSocket.Handle) in
                try SocketDescriptor(duplicating: socket)
            }
        }.get()
    }
}
