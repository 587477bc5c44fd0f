import AgentCore
import Glibc
package import NIOCore

/// Keeps a listener answering when the process is out of descriptors: the one it holds in reserve is given up, what
/// waits to be accepted is accepted with it, one connection after the other, told so and closed.
///
/// Without it those clients would wait for as long as descriptors are short. Stands first in a listener's own pipeline.
package final class ReserveDescriptorHandler: ChannelInboundHandler {
    package typealias InboundIn = any Channel

    /// Refused in one go: what comes behind has its turn when the event loop has served the others.
    private static let batch = 64

    private let answer = AgentError.unavailable("the agent is out of file descriptors; try again in a moment")
        .lastAnswer
    private var reserve = ReserveDescriptorHandler.open()

    package init() {}

    deinit { if reserve >= 0 { close(reserve) } }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, [EMFILE, ENFILE].contains(error.errnoCode), refuse(context) else {
            // NIO's own handler waits a second before it accepts again.
            return context.fireErrorCaught(error)
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        if reserve < 0 { reserve = Self.open() }
        context.fireChannelReadComplete()
    }

    /// - Returns: whether anybody could be refused. Another thread may have been quicker to take the descriptor.
    private func refuse(_ context: ChannelHandlerContext) -> Bool {
        guard reserve >= 0 else { return false }
        close(reserve)
        defer { reserve = Self.open() }
        let refused = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable {
            (listener: NIOBSDSocket.Handle) in (0..<Self.batch).prefix { _ in refuseNext(of: listener) }.count
        }
        return (refused ?? 0) > 0
    }

    private func refuseNext(of listener: NIOBSDSocket.Handle) -> Bool {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return false }
        defer { _ = close(client) }
        _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        _ = shutdown(client, Int32(SHUT_WR))
        // What has come is read, as far as it goes: closing with unread input would reset the connection.
        var request = [UInt8](repeating: 0, count: 4096)
        _ = recv(client, &request, request.count, Int32(MSG_DONTWAIT))
        return true
    }

    private static func open() -> Int32 {
        Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
    }
}
