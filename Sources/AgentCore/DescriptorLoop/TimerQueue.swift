/// Deadlines and what to do at each, earliest first. Holds no clock, so that it can be tested without waiting.
struct TimerQueue<Action> {
    private struct Entry {
        let id: UInt64
        let deadline: ContinuousClock.Instant
        let action: Action
    }

    /// Latest first: the next one to fire is taken off the end.
    private var entries: [Entry] = []

    /// The earliest deadline, `nil` when nothing is scheduled.
    var next: ContinuousClock.Instant? { entries.last?.deadline }

    /// Timers of one deadline fire in the order they were added.
    mutating func add(id: UInt64, deadline: ContinuousClock.Instant, action: Action) {
        let index = entries.lastIndex { $0.deadline > deadline }.map { $0 + 1 } ?? 0
        entries.insert(Entry(id: id, deadline: deadline, action: action), at: index)
    }

    /// Returns what would have been done; `nil` when it has been done, or was never scheduled.
    @discardableResult
    mutating func remove(id: UInt64) -> Action? {
        entries.lastIndex { $0.id == id }.map { entries.remove(at: $0).action }
    }

    /// Removes the first timer that is due at `now`, if there is one.
    mutating func popDue(at now: ContinuousClock.Instant) -> Action? {
        guard let last = entries.last, last.deadline <= now else { return nil }
        entries.removeLast()
        return last.action
    }
}
