import CLibAV

/// What all parts of a recording agree on.
struct VideoFormat: Sendable, Equatable {
    /// Ticks per second of every timestamp: fine enough for any frame rate, and what MP4 players expect.
    static let ticksPerSecond: Int32 = 90_000
    static let timeBase = AVRational(num: 1, den: ticksPerSecond)

    /// Pixels, even: 4:2:0 has one colour sample for every two by two.
    let width: Int32
    let height: Int32
    /// Frames per second at most.
    let frameRate: Int

    /// - Parameters:
    ///   - width: of the screen, odd sizes are padded by one pixel.
    ///   - height: likewise.
    init(width: Int, height: Int, frameRate: Int) {
        self.width = Int32(width + width % 2)
        self.height = Int32(height + height % 2)
        self.frameRate = frameRate
    }

    /// Duration of one frame, in ticks.
    var frameTicks: Int64 { Int64(Self.ticksPerSecond) / Int64(frameRate) }

    /// How far into the recording a moment lies, in ticks.
    static func ticks(from start: ContinuousClock.Instant, to moment: ContinuousClock.Instant) -> Int64 {
        let (seconds, attoseconds) = (moment - start).components
        return seconds * Int64(ticksPerSecond) + attoseconds / (1_000_000_000_000_000_000 / Int64(ticksPerSecond))
    }
}
