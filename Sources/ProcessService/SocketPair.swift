import AgentCore
import Glibc

/// Two connected sockets (`man 2 socketpair`), of which the agent's does not block. Neither is inherited.
struct SocketPair: ~Copyable {
    let own: OwnedDescriptor
    let theirs: OwnedDescriptor

    init() throws(AgentError) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw AgentError(AgentError.code(forErrno: errno), "cannot create a socket pair", cause: "errno \(errno)")
        }
        own = OwnedDescriptor(owning: ends[0])
        theirs = OwnedDescriptor(owning: ends[1])
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    }
}
