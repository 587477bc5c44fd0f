import AgentCore
import CAgentShims
import Glibc

/// Both ends of a new terminal (`man 7 pty`). Reads and writes of the master do not block.
struct Pseudoterminal: ~Copyable {
    let master: OwnedDescriptor
    let slave: OwnedDescriptor

    /// - Parameter owner: who may open the terminal by name; `nil` is the agent's user.
    init(size: TerminalSize, owner: uid_t?) throws(AgentError) {
        var master: Int32 = -1
        var slave: Int32 = -1
        guard ga_terminal_open(&master, &slave) == 0 else {
            throw AgentError(AgentError.code(forErrno: errno), "cannot open a terminal", cause: "errno \(errno)")
        }
        ga_terminal_resize(master, size.rows, size.columns)
        if let owner { _ = fchown(slave, owner, gid_t.max) }
        self.master = OwnedDescriptor(owning: master)
        self.slave = OwnedDescriptor(owning: slave)
    }

    /// A second descriptor of the master, to wait for on its own.
    func duplicateMaster() throws(AgentError) -> OwnedDescriptor {
        let copy = fcntl(master.rawValue, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw .system(errno: errno, operation: "duplicate", path: "the terminal") }
        return OwnedDescriptor(owning: copy)
    }
}
