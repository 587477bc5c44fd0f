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
            let version = table.births.version
            try? await Task.sleep(for: Self.orphanInterval)
            let hasChildren = await waitingThread.run { [table] in Self.reapEndedOrphans(besides: table) }
            if !hasChildren { await table.births.change(after: version) }
        }
    }

    /// Reaps the orphans that have ended. False when this process has no children at all.
    ///
    /// A child that some library of this process has started is in this process's session, and is left alone; an orphan
    /// cannot be, because every command begins a session of its own and nobody can enter another.
    private static func reapEndedOrphans(besides table: ChildTable) -> Bool {
        let children = ga_peek_exited()
        guard children > 0 else { return children == 0 }
        let (own, session) = (getpid(), getsid(0))
        let ended = ProcessTable.entries().filter { $0.state == .defunct && $0.parent == own && $0.session != session }
        // Asked behind the look into /proc: whatever was born before it is known, or still on its way.
        guard !ended.isEmpty, let known = table.settledPids else { return true }
        for orphan in ended where !known.contains(orphan.pid) { waitpid(orphan.pid, nil, WNOHANG) }
        return true
    }
}
