import Testing

@testable import Recorder

@Suite struct SoundClockTests {
    private static let chunk = [Float](repeating: 0.5, count: 960 * SoundFormat.channels)

    @Test(arguments: [-300.0, 300])
    func `a sound card with a clock of its own stays in step for ten minutes`(partsPerMillion: Double) {
        var clock = SoundClock()
        var random = SystemRandomNumberGenerator()
        let duration = 0.02 / (1 + partsPerMillion / 1e6)
        var worst = 0.0
        for index in 0..<30_000 {
            let time = Double(index) * duration
            _ = clock.place(Self.chunk, at: time + .random(in: -0.004...0.004, using: &random))
            let written = Double(clock.position) / Double(SoundFormat.rate)
            worst = max(worst, abs(written - time - duration))
        }
        // Uncorrected it would be 180 ms.
        #expect(worst < 0.02, "\(worst) s")
    }

    @Test func `sound that begins late has silence in front, sound from before is left out`() {
        var late = SoundClock()
        #expect(late.place(Self.chunk, at: 1).count == (48_000 + 960) * SoundFormat.channels)
        var early = SoundClock()
        #expect(early.place(Self.chunk, at: -0.01).count == 480 * SoundFormat.channels)
        #expect(early.place(Self.chunk, at: 0.01).count == 960 * SoundFormat.channels)
        #expect(early.position == 1440)
    }

    @Test func `what is lost on the way is replaced by silence, a clock that is set back by nothing`() {
        var clock = SoundClock()
        _ = clock.place(Self.chunk, at: 0)
        let placed = clock.place(Self.chunk, at: 2)
        #expect(clock.position == 96_960)
        #expect(placed.prefix(95_040 * SoundFormat.channels).allSatisfy { $0 == 0 } && placed.last == 0.5)
        #expect(clock.place(Self.chunk, at: 1).isEmpty)
        #expect(clock.position == 96_960)
    }
}
