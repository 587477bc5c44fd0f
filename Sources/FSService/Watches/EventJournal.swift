import Synchronization

/// The events of one watch, numbered from 1, kept for readers that come late or are slow.
///
/// Bounded by number and by size; the oldest go first, 1,024 at a time, and whoever has not read them is told. Readers
/// keep their own place, so each of them gets every event.
final class EventJournal: Sendable {
    struct Limits {
        let events: Int
        /// In bytes, about.
        let memory: Int
    }

    private struct Block {
        var events: [FileEvent] = []
        var footprint = 0
    }

    private struct State {
        var blocks: [Block] = []
        /// The number of the first event kept.
        var first: UInt64 = 1
        /// The number the next event gets.
        var next: UInt64 = 1
        var footprint = 0
        var isComplete = false
        var isClosed = false
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter: UInt64 = 0
    }

    private enum Answer {
        case batch(FileEventBatch)
        case end
        case wait(UInt64)
    }

    private static let blockSize = 1024

    private let limits: Limits
    private let root: FilePath
    private let state = Mutex(State())

    /// - Parameter root: the path of the watch, which events about lost events name.
    init(root: FilePath, limits: Limits) {
        self.root = root
        self.limits = limits
    }

    func append(_ events: [FileEvent]) {
        guard !events.isEmpty else { return }
        wake { state in
            for event in events { Self.append(event, to: &state) }
            while state.blocks.count > 1, isOverLimit(state) { Self.dropBlock(of: &state) }
        }
    }

    /// Whether no more events will come.
    var isComplete: Bool { state.withLock { $0.isComplete } }

    /// No more events will come: readers get what is kept, and then the end.
    func complete() {
        wake { $0.isComplete = true }
    }

    /// Ends all readers at once and forgets everything.
    func close() {
        wake { state in
            state.blocks = []
            state.isClosed = true
        }
    }

    /// The events that follow number `position`, at least one and at most as many as a block holds; `nil` at the end,
    /// and when the task is cancelled. Waits while there are none.
    func events(after position: UInt64) async -> FileEventBatch? {
        while !Task.isCancelled {
            switch answer(after: position) {
            case .batch(let batch): return batch
            case .end: return nil
            case .wait(let id): await wait(id, after: position)
            }
        }
        return nil
    }
}

extension EventJournal {
    private static func append(_ event: FileEvent, to state: inout State) {
        if state.blocks.last.map({ $0.events.count >= blockSize }) ?? true {
            state.blocks.append(Block())
        }
        let last = state.blocks.count - 1
        state.blocks[last].events.append(event)
        state.blocks[last].footprint += event.footprint
        state.footprint += event.footprint
        state.next += 1
    }

    private func isOverLimit(_ state: State) -> Bool {
        state.next - state.first > UInt64(limits.events) || state.footprint > limits.memory
    }

    private static func dropBlock(of state: inout State) {
        let block = state.blocks.removeFirst()
        state.first += UInt64(block.events.count)
        state.footprint -= block.footprint
    }

    private func answer(after position: UInt64) -> Answer {
        state.withLock { state in
            if state.isClosed { return .end }
            if position + 1 < state.first {
                let loss = FileEvent(.overflow, nil, in: root, isDirectory: true)
                return .batch(FileEventBatch(first: state.first - 1, events: [loss]))
            }
            // A reader may remember a number of an earlier watch.
            let wanted = min(position + 1, state.next)
            if wanted < state.next { return .batch(Self.batch(from: wanted, of: state)) }
            if state.isComplete { return .end }
            state.lastWaiter += 1
            return .wait(state.lastWaiter)
        }
    }

    private static func batch(from number: UInt64, of state: State) -> FileEventBatch {
        var start = state.first
        for block in state.blocks {
            let end = start + UInt64(block.events.count)
            if number < end {
                return FileEventBatch(first: number, events: Array(block.events[Int(number - start)...]))
            }
            start = end
        }
        return FileEventBatch(first: number, events: [])
    }

    private func wait(_ id: UInt64, after position: UInt64) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let passes = state.withLock { state in
                    // A cancellation that came before is seen here; one that comes later finds the continuation.
                    let hasNews = state.next > position + 1 || state.isComplete || state.isClosed
                    if hasNews || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if passes { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }
}
