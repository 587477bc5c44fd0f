import Glibc
import NIOCore

extension Channel {
    /// A client that takes nothing for so long has gone.
    private static var drainLimit: Duration { .seconds(300) }

    /// Waits until the client has received everything that was sent, for five minutes at most.
    func drain() async {
        let deadline = ContinuousClock.now + Self.drainLimit
        var pause = Duration.milliseconds(1)
        while ContinuousClock.now < deadline, await hasUnreceivedBytes() {
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    /// In NIO's buffers or in the kernel's; not in a connection that is closed.
    private func hasUnreceivedBytes() async -> Bool {
        guard isActive, let socket = self as? any SocketOptionProvider else { return false }
        let pending = (try? await getOption(.bufferedWritableBytes).get()) ?? 0
        let memory =
            try? await socket.unsafeGetSocketOption(
                level: .socket, name: NIOBSDSocket.Option(rawValue: SocketMemory.option)
            ).get() as SocketMemory
        return pending > 0 || memory.map { $0.sendQueue > 0 } ?? false
    }
}

/// What the kernel keeps for a socket (`SO_MEMINFO` of `<asm-generic/socket.h>`, `SK_MEMINFO_VARS` of
/// `<linux/sock_diag.h>`), in bytes.
private struct SocketMemory {
    /// `SO_MEMINFO`, which the C library's headers do not show to Swift.
    static let option: CInt = 55

    var receiveQueue: UInt32 = 0
    var receiveLimit: UInt32 = 0
    var inFlight: UInt32 = 0
    var sendLimit: UInt32 = 0
    var forwardAllocation: UInt32 = 0
    /// Everything that has not been acknowledged.
    var sendQueue: UInt32 = 0
    var options: UInt32 = 0
    var backlog: UInt32 = 0
    var drops: UInt32 = 0
}
