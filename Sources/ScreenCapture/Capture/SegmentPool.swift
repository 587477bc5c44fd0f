import Synchronization

/// The segments of one connection and one screen size that back no frame at present.
///
/// Frames give their segment back on whatever thread releases them last; the X thread takes them out again.
final class SegmentPool: Sendable {
    private struct State {
        var idle: [SharedSegment] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    func take() -> SharedSegment? {
        state.withLock { $0.idle.popLast() }
    }

    /// Keeps the segment for the next frame; once the pool is closed, frees it.
    func give(_ segment: SharedSegment) {
        state.withLock { state in
            if !state.isClosed { state.idle.append(segment) }
        }
    }

    /// Takes out all but `kept` of the segments, for their owner to detach.
    func takeAll(but kept: Int = 0) -> [SharedSegment] {
        state.withLock { state in
            defer { state.idle = Array(state.idle.prefix(kept)) }
            return Array(state.idle.dropFirst(kept))
        }
    }

    /// Called when the connection is gone or the screen has another size: no segment will be asked for again.
    func close() {
        let segments = state.withLock { state in
            defer { state = State(isClosed: true) }
            return state.idle
        }
        withExtendedLifetime(segments) {}
    }
}

/// A segment while a frame lies in it; it goes back to its pool when the frame is released.
final class SegmentLease: Sendable {
    private let segment: SharedSegment
    private let pool: SegmentPool

    init(_ segment: SharedSegment, from pool: SegmentPool) {
        self.segment = segment
        self.pool = pool
    }

    deinit { pool.give(segment) }
}
