/// The moments at which a recording looks at the screen.
///
/// They lie on a fixed grid, so that one late frame does not delay those after it.
struct FramePacer {
    private let origin: ContinuousClock.Instant
    private let interval: Duration
    private var tick = 0
    /// Moments that had passed before they could be used.
    private(set) var missed = 0

    /// - Parameter frameRate: moments per second, at least 1.
    init(origin: ContinuousClock.Instant, frameRate: Int) {
        self.origin = origin
        interval = .seconds(1) / frameRate
    }

    /// The first unused moment after `now`.
    mutating func next(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let due = Int((now - origin) / interval) + 1
        missed += max(0, due - tick - 1)
        tick = max(due, tick + 1)
        return origin + interval * tick
    }
}
