import CLibAV

/// Times in a video: ticks of 1/90,000 s, as in MPEG systems.
enum VideoTime {
    static let ticksPerSecond: Int64 = 90_000
    static let base = AVRational(num: 1, den: Int32(ticksPerSecond))
    /// Time zero of the clock that all encoders share. An hour before its first use, so that pictures taken just before
    /// that are not negative.
    static let epoch = ContinuousClock.now - .seconds(3600)

    /// Rounded down. Good for centuries.
    static func ticks(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * ticksPerSecond + attoseconds / 1_000_000_000 * ticksPerSecond / 1_000_000_000
    }

    /// On the encoders' clock.
    static func ticks(of instant: ContinuousClock.Instant) -> Int64 { ticks(instant - epoch) }

    /// Rounded up to a nanosecond, so that its ticks are these.
    static func instant(of ticks: Int64) -> ContinuousClock.Instant {
        let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: ticksPerSecond)
        return epoch + .seconds(seconds) + .nanoseconds((rest * 1_000_000_000 + ticksPerSecond - 1) / ticksPerSecond)
    }

    /// Rounded down.
    static func milliseconds(_ ticks: Int64) -> Int64 { ticks / (ticksPerSecond / 1000) }
}
