import Synchronization

/// Something that happens once, and that any number of tasks can wait for.
package final class CompletionLatch: Sendable {
    private enum State {
        case waiting([UInt64: CheckedContinuation<Void, Never>], nextID: UInt64)
        case open
    }

    private let state = Mutex(State.waiting([:], nextID: 0))

    package init() {}

    package var isOpen: Bool {
        state.withLock { if case .open = $0 { true } else { false } }
    }

    /// Lets everybody through, now and later. Further calls do nothing.
    package func open() {
        let waiting = state.withLock { state -> [UInt64: CheckedContinuation<Void, Never>] in
            guard case .waiting(let continuations, _) = state else { return [:] }
            state = .open
            return continuations
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Returns once the latch is open, or when the task is cancelled.
    package func wait() async {
        let id = takeID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { enter(id, $0) }
        } onCancel: {
            leave(id)?.resume()
        }
    }

    private func takeID() -> UInt64 {
        state.withLock { state in
            guard case .waiting(let others, let id) = state else { return 0 }
            state = .waiting(others, nextID: id + 1)
            return id
        }
    }

    /// A cancellation that came before is seen here; one that comes later finds the continuation.
    private func enter(_ id: UInt64, _ continuation: CheckedContinuation<Void, Never>) {
        let passes = state.withLock { state in
            guard case .waiting(var others, let nextID) = state, !Task.isCancelled else { return true }
            others[id] = continuation
            state = .waiting(others, nextID: nextID)
            return false
        }
        if passes { continuation.resume() }
    }

    private func leave(_ id: UInt64) -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            guard case .waiting(var others, let nextID) = state else { return nil }
            defer { state = .waiting(others, nextID: nextID) }
            return others.removeValue(forKey: id)
        }
    }
}
