extension PointerPlan {
    /// Milliseconds from the arrival of the pointer to the first tick.
    private static let onset = TimeDistribution(median: 90, sigma: 0.35, range: 40...250)
    /// Ticks a finger makes in one pull of the wheel.
    private static let pull = 3...7
    /// More ticks than these pulls hold make the pulls longer.
    private static let maximumPulls = 12
    /// Milliseconds between the first two ticks of a pull. Each gap after it is longer, as the finger slows down.
    private static let firstGap = TimeDistribution(median: 22, sigma: 0.2, range: 12...40)
    private static let slowdown = 1.06...1.22
    private static let longestGap = 90.0
    /// Milliseconds in which the finger goes back to where it started.
    private static let regrip = TimeDistribution(median: 190, sigma: 0.3, range: 90...450)
    /// Milliseconds a gesture takes at most, however many ticks it has.
    private static let longestScroll = 4000.0

    /// Turns the wheel in pulls of a few ticks, up and down first, then sideways; where the pointer is. The caller limits
    /// the ticks, since each is a step.
    ///
    /// - Parameters:
    ///   - right: ticks; negative is to the left.
    ///   - down: ticks; negative is up.
    package static func scroll(right: Int, down: Int, random: inout SeededRandom) -> PointerPlan {
        let ticks =
            Array(repeating: down < 0 ? WheelDirection.up : .down, count: abs(down))
            + Array(repeating: right < 0 ? WheelDirection.left : .right, count: abs(right))
        guard !ticks.isEmpty else { return PointerPlan() }
        let offsets = tickOffsets(vertical: abs(down), horizontal: abs(right), random: &random)
        let squeeze = min(1, longestScroll / (offsets.last ?? longestScroll))
        let steps = zip(offsets, ticks).map { Step(at: .rounded(milliseconds: $0 * squeeze), .wheel($1)) }
        return PointerPlan(steps: steps, duration: steps.last?.offset ?? .zero)
    }

    /// Milliseconds. A change of direction is a new pull.
    private static func tickOffsets(vertical: Int, horizontal: Int, random: inout SeededRandom) -> [Double] {
        var offsets: [Double] = []
        var offset = onset.draw(&random)
        for count in [vertical, horizontal] {
            var rest = count
            while rest > 0 {
                let length = min(rest, max(random.integer(pull), count / maximumPulls))
                if !offsets.isEmpty { offset += regrip.draw(&random) }
                offsets += pullOffsets(from: &offset, count: length, random: &random)
                rest -= length
            }
        }
        return offsets
    }

    private static func pullOffsets(
        from offset: inout Double, count: Int, random: inout SeededRandom
    ) -> [Double] {
        var gap = firstGap.draw(&random)
        let factor = random.uniform(slowdown)
        return (0..<count).map { tick in
            if tick > 0 {
                offset += gap
                gap = min(gap * random.logNormal(median: factor, sigma: 0.05), longestGap)
            }
            return offset
        }
    }
}
