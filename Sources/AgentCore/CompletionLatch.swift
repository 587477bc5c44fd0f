import Synchronization

/// Something that happens once, and that any number of tasks can wait for.
package final class CompletionLatch: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Void, Never>])
        case open
    }

    private let state = Mutex(State.waiting([]))

    package init() {}

    package var isOpen: Bool {
        state.withLock { if case .open = $0 { true } else { false } }
    }

    /// Lets everybody through, now and later. Further calls do nothing.
    package func open() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard case .waiting(let continuations) = state else { return [] }
            state = .open
            return continuations
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once the latch is open. Cancellation does not shorten the wait, so wait only for what is bounded.
    package func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard case .waiting(let others) = state else { return true }
                state = .waiting(others + [continuation])
                return false
            }
            if isOpen { continuation.resume() }
        }
    }
}
