import CLibAV

/// Times in a video: ticks of 1/90,000 s since its first frame, as in MPEG systems.
enum VideoTime {
    static let ticksPerSecond: Int64 = 90_000
    static let base = AVRational(num: 1, den: Int32(ticksPerSecond))

    /// Rounded down. Good for centuries.
    static func ticks(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * ticksPerSecond + attoseconds / 1_000_000_000 * ticksPerSecond / 1_000_000_000
    }

    /// Rounded down.
    static func milliseconds(_ ticks: Int64) -> Int64 { ticks / (ticksPerSecond / 1000) }
}
