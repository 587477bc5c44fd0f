import AgentCore
import CAgentShims
import Glibc

/// A pipe whose read end does not block (`man 7 pipe`). Neither end is inherited.
struct Pipe: ~Copyable {
    let readEnd: OwnedDescriptor
    let writeEnd: OwnedDescriptor

    init() throws(AgentError) {
        var ends: [Int32] = [-1, -1]
        guard ga_pipe(&ends) == 0 else {
            throw AgentError(AgentError.code(forErrno: errno), "cannot create a pipe", cause: "errno \(errno)")
        }
        readEnd = OwnedDescriptor(owning: ends[0])
        writeEnd = OwnedDescriptor(owning: ends[1])
        _ = fcntl(readEnd.rawValue, F_SETFL, O_RDONLY | O_NONBLOCK)
    }
}
