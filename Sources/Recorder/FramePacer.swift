/// The moments at which a recording looks at the screen.
///
/// They lie on a fixed grid, so that one late frame does not delay those after it, and so that recordings of one frame
/// rate look at the same moments.
struct FramePacer {
    private let origin: ContinuousClock.Instant
    private let interval: Duration
    private var tick: Int
    /// Moments that had passed before they could be used.
    private(set) var missed = 0

    /// - Parameters:
    ///   - origin: a point of the grid.
    ///   - start: moments up to it do not count; the origin by default.
    ///   - frameRate: moments per second, at least 1.
    init(origin: ContinuousClock.Instant, start: ContinuousClock.Instant? = nil, frameRate: Int) {
        self.origin = origin
        interval = .seconds(1) / frameRate
        tick = start.map { [interval] in Int(($0 - origin) / interval) } ?? 0
    }

    /// The first unused moment after `now`.
    mutating func next(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let due = Int((now - origin) / interval) + 1
        missed += max(0, due - tick - 1)
        tick = max(due, tick + 1)
        return origin + interval * tick
    }
}
