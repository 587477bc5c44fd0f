import AgentCore
import Synchronization

/// The children that live: how many may, and which ones a shutdown has to end.
final class ChildTable: Sendable {
    private struct State {
        /// Admitted and not yet gone; a child counts before it is born.
        var admitted = 0
        var children: [Int32: ChildProcess] = [:]
        var closed = false
    }

    /// Announced with each child that is born, and each that never was.
    let births = ChangeSignal()
    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Reserves a place, to be given back by `release` or by `remove`.
    ///
    /// - Throws: `resourceExhausted` when all places are taken, `unavailable` after `close`.
    func admit() throws(AgentError) {
        let (closed, full) = state.withLock { state in
            let full = state.admitted >= limit
            if !full && !state.closed { state.admitted += 1 }
            return (state.closed, full)
        }
        if closed { throw .unavailable("the agent is stopping and starts no more commands") }
        if full {
            throw AgentError(
                .resourceExhausted, "\(limit) commands are running, which is the limit; try again when one has ended")
        }
    }

    /// Gives back the place of a child that was never born.
    func release() {
        state.withLock { $0.admitted -= 1 }
        births.announce()
    }

    func insert(_ child: ChildProcess) {
        state.withLock { $0.children[child.pid] = child }
        births.announce()
    }

    /// Forgets a child that has been reaped, and gives back its place.
    func remove(pid: Int32) {
        let child = state.withLock { state in
            state.admitted -= 1
            return state.children.removeValue(forKey: pid)
        }
        // Released here, outside the lock.
        _ = child
    }

    /// Admits nobody from now on.
    func close() {
        state.withLock { $0.closed = true }
    }

    /// The process ids of all children there are; `nil` while any is on its way, which may exist without being known.
    var settledPids: Set<Int32>? {
        state.withLock { $0.admitted == $0.children.count ? Set($0.children.keys) : nil }
    }

    /// Returns once every child that is on its way has been born, or never will be, or when the task is cancelled.
    func settle() async {
        while !Task.isCancelled {
            let version = births.version
            if settledPids != nil { return }
            await births.change(after: version)
        }
    }

    var children: [ChildProcess] { state.withLock { Array($0.children.values) } }
}
