import Synchronization

/// Lets at most a fixed number of callers work at once; the others wait in the order they came.
///
/// An actor re-enters at every `await`, so work that must not interleave (a gesture that sleeps) takes a turn. Waiting
/// ends with `CancellationError` when the caller's task is cancelled, and the place in the queue is given up.
package final class TurnQueue: Sendable {
    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var free: Int
        var nextID: UInt64 = 0
        var waiting: [Waiter] = []
    }

    private let state: Mutex<State>

    /// - Parameter width: how many may work at once, at least 1.
    package init(width: Int) {
        precondition(width >= 1)
        state = Mutex(State(free: width))
    }

    /// How many callers are waiting for their turn.
    package var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs `body` when it is this caller's turn. The turn ends with `body`, on every path.
    package func withTurn<Result>(_ body: () async throws -> Result) async throws -> Result {
        try Task.checkCancellation()
        if !takeFree() { try await wait() }
        defer { passOn() }
        return try await body()
    }

    private func takeFree() -> Bool {
        state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            return true
        }
    }

    private func wait() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { enqueue(Waiter(id: id, continuation: $0)) }
        } onCancel: {
            remove(id)?.continuation.resume(throwing: CancellationError())
        }
    }

    /// A cancellation that came before the waiter was in the queue is seen here; one that comes later finds it there.
    private func enqueue(_ waiter: Waiter) {
        let outcome: Result<Void, any Error>? = state.withLock { state in
            if Task.isCancelled { return .failure(CancellationError()) }
            if state.free > 0 {
                state.free -= 1
                return .success(())
            }
            state.waiting.append(waiter)
            return nil
        }
        if let outcome { waiter.continuation.resume(with: outcome) }
    }

    private func remove(_ id: UInt64) -> Waiter? {
        state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
        }
    }

    private func passOn() {
        let next: Waiter? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.continuation.resume()
    }
}
