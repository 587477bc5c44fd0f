import AgentCore
import Synchronization

/// What a terminal shows, for the clients that are attached to it and for those to come.
///
/// Nobody attached: everything is taken from the program, the oldest is given up. One holder attached: nothing is lost
/// to it; when it is behind by all that is kept, the program waits, as it would at a real terminal. Watchers never
/// make it wait, and miss what they are too slow for.
final class TerminalOutput: Sendable {
    fileprivate struct Holder {
        let id: UInt64
        var offset: UInt64
    }

    fileprivate struct State {
        var history: TerminalHistory
        /// Up to here somebody has seen it.
        var seen: UInt64 = 0
        var holder: Holder?
        var lastID: UInt64 = 0
        var status: ExitStatus?
        /// Called when the holder has taken something after the drain had to stop.
        var resume: (@Sendable () -> Void)?
    }

    /// Announced with each piece of output, with the end, and when the holder changes.
    let changes = ChangeSignal()
    private let state: Mutex<State>

    /// - Parameter capacity: how much is kept, in bytes.
    init(capacity: Int) {
        state = Mutex(State(history: TerminalHistory(capacity: capacity)))
    }

    // MARK: For the drain

    /// How much may be appended now; 0 while the holder is too far behind. Then `resume` is called, from any thread,
    /// once there is room again.
    func room(resume: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            guard let holder = state.holder else { return state.history.capacity }
            let room = state.history.capacity - Int(state.history.end - holder.offset)
            if room == 0 { state.resume = resume }
            return room
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { $0.history.append(bytes) }
        changes.announce()
    }

    /// Lets readers that have read everything end.
    func finish(_ status: ExitStatus) {
        state.withLock { $0.status = status }
        changes.announce()
    }

    // MARK: For the attached

    /// Makes the caller the holder, and returns what it is called from now on.
    ///
    /// - Parameters:
    ///   - replaysAll: it begins with everything that is kept, not with what nobody has seen.
    ///   - takesOver: in place of who holds it now.
    /// - Throws: `conflict` when somebody else holds it.
    func hold(replaysAll: Bool, takesOver: Bool) throws(AgentError) -> UInt64 {
        let id = state.withLock { state -> UInt64? in
            guard state.holder == nil || takesOver else { return nil }
            state.seen = max(state.seen, state.holder?.offset ?? 0)
            state.lastID += 1
            state.holder = Holder(id: state.lastID, offset: state.start(replaysAll: replaysAll))
            return state.lastID
        }
        guard let id else {
            throw .conflict("another client is attached to this process; takeover=true takes its place")
        }
        changes.announce()
        return id
    }

    /// Where somebody who attaches now begins.
    func start(replaysAll: Bool) -> UInt64 {
        state.withLock { $0.start(replaysAll: replaysAll) }
    }

    /// What the holder has not taken yet, `limit` bytes at most.
    func read(holder id: UInt64, limit: Int) -> TerminalNews {
        state.withLock { state in
            guard let holder = state.holder, holder.id == id else { return .replaced }
            return state.news(from: holder.offset, limit: limit)
        }
    }

    /// Takes note of how much the holder has had.
    func take(_ count: Int, holder id: UInt64) {
        guard count > 0 else { return }
        let resume = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.holder?.id == id else { return nil }
            state.holder?.offset += UInt64(count)
            return state.takeResume()
        }
        resume?()
    }

    func release(holder id: UInt64) {
        let resume = state.withLock { state -> (@Sendable () -> Void)? in
            guard let holder = state.holder, holder.id == id else { return nil }
            state.seen = max(state.seen, holder.offset)
            state.holder = nil
            return state.takeResume()
        }
        resume?()
    }

    /// What a watcher gets, from `offset` on or from the oldest that is kept, and where it goes on.
    func read(from offset: UInt64, limit: Int) -> (TerminalNews, next: UInt64) {
        state.withLock { state in
            let offset = max(offset, state.history.start)
            let news = state.news(from: offset, limit: limit)
            return (news, offset + UInt64(news.count))
        }
    }
}

extension TerminalOutput: OutputSource {
    func hasNews(for cursor: OutputCursor) -> Bool {
        state.withLock { $0.status != nil || cursor.offset < $0.history.end }
    }

    func read(at cursor: inout OutputCursor) -> OutputBatch? {
        state.withLock { state in
            let offset = max(cursor.offset, state.history.start)
            let dropped = offset - cursor.offset
            switch state.news(from: offset, limit: OutputBatch.largestPiece) {
            case .bytes(let bytes):
                cursor.offset = offset + UInt64(bytes.count)
                return OutputBatch(bytes, of: .stdout, nextOffset: cursor.offset, dropped: dropped)
            case .exited(let status):
                cursor.offset = offset
                return OutputBatch(end: OutputBatch.End(status: status, offset: offset, dropped: dropped))
            case .nothing, .replaced: return nil
            }
        }
    }
}

extension TerminalOutput.State {
    fileprivate func start(replaysAll: Bool) -> UInt64 {
        replaysAll ? history.start : max(seen, history.start)
    }

    fileprivate func news(from offset: UInt64, limit: Int) -> TerminalNews {
        if offset < history.end { return .bytes(history.bytes(from: offset, limit: limit)) }
        return status.map { .exited($0) } ?? .nothing
    }

    fileprivate mutating func takeResume() -> (@Sendable () -> Void)? {
        defer { resume = nil }
        return resume
    }
}
