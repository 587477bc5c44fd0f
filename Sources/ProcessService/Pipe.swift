import AgentCore
import CAgentShims
import Glibc

/// A pipe of whose ends the agent's does not block (`man 7 pipe`). Neither end is inherited.
struct Pipe: ~Copyable {
    enum End {
        case read, write
    }

    let readEnd: OwnedDescriptor
    let writeEnd: OwnedDescriptor

    /// - Parameter own: the end that the agent keeps.
    init(own: End) throws(AgentError) {
        var ends: [Int32] = [-1, -1]
        guard ga_pipe(&ends) == 0 else {
            throw AgentError(AgentError.code(forErrno: errno), "cannot create a pipe", cause: "errno \(errno)")
        }
        readEnd = OwnedDescriptor(owning: ends[0])
        writeEnd = OwnedDescriptor(owning: ends[1])
        _ = fcntl(own == .read ? ends[0] : ends[1], F_SETFL, O_NONBLOCK)
    }
}
