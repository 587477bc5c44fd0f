import AgentCore
import Synchronization

/// The spawned processes that clients can ask for: those that run, and those that ended not long ago.
final class ProcessRegistry: Sendable {
    /// Ended processes are known for this long at least, whatever the limit.
    static let shortestRetention = Duration.seconds(10)

    private struct Entry {
        let process: SpawnedProcess
        let order: UInt64
        /// `nil` while it runs.
        var endedAt: ContinuousClock.Instant?
    }

    private struct State {
        var entries: [ProcessID: Entry] = [:]
        var lastOrder: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: how many ended processes are kept.
    init(limit: Int) {
        self.limit = limit
    }

    /// In the order they were started.
    var all: [SpawnedProcess] {
        state.withLock { $0.entries.values.sorted { $0.order < $1.order }.map(\.process) }
    }

    var running: [SpawnedProcess] {
        state.withLock { $0.entries.values.filter { $0.endedAt == nil }.map(\.process) }
    }

    /// - Throws: `notFound` for processes that never were or have been forgotten.
    func find(_ id: ProcessID) throws(AgentError) -> SpawnedProcess {
        guard let entry = state.withLock({ $0.entries[id] }) else {
            throw .notFound("there is no process \(id); ended ones are forgotten after a while")
        }
        return entry.process
    }

    func insert(_ process: SpawnedProcess) {
        state.withLock { state in
            state.lastOrder += 1
            state.entries[process.id] = Entry(process: process, order: state.lastOrder)
        }
    }

    func markEnded(_ id: ProcessID) {
        state.withLock { $0.entries[id]?.endedAt = .now }
    }

    @discardableResult
    func remove(_ id: ProcessID) -> SpawnedProcess? {
        state.withLock { $0.entries.removeValue(forKey: id) }?.process
    }

    /// Removes the ended processes that are too many, oldest first, so that one more can be kept.
    ///
    /// - Throws: `resourceExhausted` when too many ended only just now.
    func makeRoom() throws(AgentError) -> [SpawnedProcess] {
        let (removed, isFull) = state.withLock { state in
            let ended = state.entries.values.filter { $0.endedAt != nil }.sorted { $0.order < $1.order }
            let surplus = ended.count + 1 - limit
            guard surplus > 0 else { return ([SpawnedProcess](), false) }
            let removable = ended.filter { entry in
                entry.endedAt.map { ContinuousClock.now - $0 >= Self.shortestRetention } ?? false
            }
            for entry in removable.prefix(surplus) { state.entries.removeValue(forKey: entry.process.id) }
            return (removable.prefix(surplus).map(\.process), removable.count < surplus)
        }
        if isFull {
            throw AgentError(
                .resourceExhausted,
                "\(limit) processes that ended less than 10 s ago are kept, which is the limit; try again in a moment")
        }
        return removed
    }
}
