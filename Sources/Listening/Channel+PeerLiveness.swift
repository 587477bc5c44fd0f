import Glibc
package import NIOCore

extension Channel {
    /// Has the kernel probe a silent client (`man 7 tcp`), and give one up that acknowledges nothing, or takes nothing of
    /// what it is sent, for as long as `patience`. To be called on the event loop; stays true of a socket that leaves NIO.
    package func giveUpDeadPeer(after patience: Duration) throws {
        guard let options = syncOptions else { return }
        try options.setOption(.socketOption(.so_keepalive), value: 1)
        let milliseconds = min(patience.components.seconds * 1000, Int64(Int32.max))
        for (option, value) in [
            (TCP_KEEPIDLE, 30), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 2), (TCP_USER_TIMEOUT, Int(milliseconds)),
        ] {
            try options.setOption(.tcpOption(.init(rawValue: option)), value: .init(value))
        }
    }
}
