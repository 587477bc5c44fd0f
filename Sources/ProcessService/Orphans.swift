import AgentCore
import CAgentShims
import Glibc

// Processes that commands leave behind in the background. Once their parent has gone they are this process's children,
// and nobody else's to reap.

extension ProcessService {
    /// Between one look for orphans that have ended and the next, as long as there are any children.
    private static let orphanInterval = Duration.seconds(2)

    /// Has this process adopt the orphans among its descendants, and reaps those that end, until the task is
    /// cancelled. For one service of a process only: it takes the children of any other for orphans.
    package func reapOrphans() async {
        _ = ga_subreaper_become()
        while !Task.isCancelled {
            let version = launcher.births.version
            try? await Task.sleep(for: Self.orphanInterval)
            if await !launcher.reapOrphans() { await launcher.births.change(after: version) }
        }
    }
}

extension ProcessLauncher {
    /// Reaps the orphans that have ended. False when this process has no children at all.
    ///
    /// Runs where children are born, so that none can be taken for an orphan before it is in the table. A child that
    /// some library of this process has started is in this process's session, and is left alone; an orphan cannot be,
    /// because every command begins a session of its own and nobody can enter another.
    func reapOrphans() -> Bool {
        let children = ga_peek_exited()
        guard children > 0 else { return children == 0 }
        let known = Set(table.children.map(\.pid))
        let session = getsid(0)
        for entry in ProcessTable.entries() where entry.parent == getpid() && entry.isDefunct {
            if entry.session != session, !known.contains(entry.pid) { waitpid(entry.pid, nil, WNOHANG) }
        }
        return true
    }
}
