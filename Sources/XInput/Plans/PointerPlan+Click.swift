extension PointerPlan {
    /// Milliseconds from the arrival of the pointer until its button goes down.
    private static let dwell = TimeDistribution(median: 150, sigma: 0.35, range: 60...400)
    /// Milliseconds a button is held.
    private static let hold = TimeDistribution(median: 85, sigma: 0.22, range: 45...150)
    /// Milliseconds between two clicks of one gesture. With the longest hold, two presses are 300 ms apart at most, well
    /// within the 400 to 500 ms that programs take for a double click.
    private static let gap = TimeDistribution(median: 95, sigma: 0.22, range: 55...150)

    /// Clicks where the pointer is, which has just arrived there.
    ///
    /// - Parameter count: fewer than 1 is 1; limited by the caller, since each has two steps. Two and more come as quickly
    ///   as a double click needs.
    package static func click(_ button: PointerButton, count: Int, random: inout SeededRandom) -> PointerPlan {
        var steps: [Step] = []
        var offset = dwell.draw(&random)
        for click in 0..<max(count, 1) {
            if click > 0 { offset += gap.draw(&random) }
            steps.append(Step(at: .rounded(milliseconds: offset), .press(button)))
            offset += hold.draw(&random)
            steps.append(Step(at: .rounded(milliseconds: offset), .release(button)))
        }
        return PointerPlan(steps: steps, duration: .rounded(milliseconds: offset))
    }

    /// Presses a button where the pointer has just arrived, and leaves it so.
    package static func press(_ button: PointerButton, random: inout SeededRandom) -> PointerPlan {
        single(.press(button), random: &random)
    }

    /// Releases a button where the pointer has just arrived.
    package static func release(_ button: PointerButton, random: inout SeededRandom) -> PointerPlan {
        single(.release(button), random: &random)
    }

    private static func single(_ event: Event, random: inout SeededRandom) -> PointerPlan {
        let offset = Duration.rounded(milliseconds: dwell.draw(&random))
        return PointerPlan(steps: [Step(at: offset, event)], duration: offset)
    }
}
