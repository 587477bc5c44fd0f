import Synchronization

/// Tells any number of waiting tasks that something has changed; what, they look up themselves.
///
/// A waiter remembers the version before it looks, so that a change between its look and its wait is not missed:
///
///     let version = signal.version
///     if let news = look() { return news }
///     await signal.change(after: version)
package final class ChangeSignal: Sendable {
    private struct State {
        var version: UInt64 = 0
        var lastID: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Counts the changes so far.
    package var version: UInt64 { state.withLock { $0.version } }

    /// Wakes everybody who waits. Costs next to nothing when nobody does.
    package func announce() {
        let waiting = state.withLock { state -> [UInt64: CheckedContinuation<Void, Never>] in
            state.version &+= 1
            guard !state.waiting.isEmpty else { return [:] }
            defer { state.waiting.removeAll(keepingCapacity: true) }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Returns once there has been a change since `version` was current, or when the task is cancelled.
    package func change(after version: UInt64) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { enter(id, after: version, $0) }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }

    /// A cancellation that came before is seen here; one that comes later finds the continuation.
    private func enter(_ id: UInt64, after version: UInt64, _ continuation: CheckedContinuation<Void, Never>) {
        let passes = state.withLock { state in
            guard state.version == version, !Task.isCancelled else { return true }
            state.waiting[id] = continuation
            return false
        }
        if passes { continuation.resume() }
    }
}
