extension KeyPlan {
    /// Of the interval to the next key: a key that may not roll over is released within it.
    private static let apart = 0.65
    /// Of the interval from the next key to the one behind it: a key that rolls over is released within it, so that no
    /// more than two are down, and a key is always up before it is pressed again.
    private static let rollover = 0.6

    /// Types a text as a person does. What it results in is the text exactly; a line break, however it is written, is one
    /// press of Return, which is `.character("\n")`.
    ///
    /// A scalar that is not on a US keyboard is typed without mistakes, and neither it nor Return, Tab or Backspace
    /// overlap with others. Nor do two keys of which one takes Shift on a US keyboard: between the release of the first
    /// and the press of the second lies a third of their interval, 10 ms or more. Whoever carries out the plan changes
    /// the modifiers halfway through that gap, in time for the character that needs them, and lets them be as long as
    /// the characters that follow need the same. On other layouts modifiers may have to change while a key is down,
    /// which does it no harm: what a key types is settled when it is pressed.
    ///
    /// - Parameters:
    ///   - typoChance: for each Latin letter, 0 to 1: typed as its neighbour, twice, in the wrong order, or with another;
    ///     then noticed, taken back, and typed right.
    ///   - wordsPerMinute: 5 to 300, of five characters each, without what mistakes take. Without, 90.
    package static func typing(
        _ text: String, typoChance: Double, wordsPerMinute: Double?, random: inout SeededRandom
    ) -> KeyPlan {
        let script = TypingScript(text, typoChance: typoChance, random: &random)
        let rhythm = TypingRhythm(wordsPerMinute: wordsPerMinute)
        let intervals = intervals(of: script.entries, rhythm: rhythm, random: &random)
        return plan(of: script.entries.map(\.key), intervals: intervals, rhythm: rhythm, random: &random)
    }

    /// Milliseconds from the press before to each press; 0 for the first.
    private static func intervals(
        of entries: [TypingScript.Entry], rhythm: TypingRhythm, random: inout SeededRandom
    ) -> [Double] {
        var recent: [Unicode.Scalar] = []
        var previous: Key?
        return entries.map { entry in
            let pause = entry.pause + rhythm.pause(after: recent, random: &random)
            let interval = previous.map { rhythm.interval(from: $0, to: entry.key, random: &random) }
            previous = entry.key
            recent = recent.suffix(1)
            if case .character(let scalar) = entry.key { recent.append(scalar) } else { recent = [] }
            return (interval ?? 0) + pause
        }
    }

    private static func plan(
        of keys: [Key], intervals: [Double], rhythm: TypingRhythm, random: inout SeededRandom
    ) -> KeyPlan {
        var timed: [(offset: Double, step: (key: Key, isPress: Bool))] = []
        var press = 0.0
        for (index, key) in keys.enumerated() {
            press += intervals[index]
            let next = index + 1 < keys.count ? intervals[index + 1] : .infinity
            let afterNext = index + 2 < keys.count ? intervals[index + 2] : .infinity
            let rolls = index + 1 < keys.count && key.rollsOver(into: keys[index + 1])
            let longest = rolls ? next + rollover * afterNext : apart * next
            timed.append((press, (key, true)))
            timed.append((press + min(rhythm.hold(random: &random), longest), (key, false)))
        }
        let steps = timed.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }.map {
            Step(at: .rounded(milliseconds: $0.element.offset), $0.element.step.key, isPress: $0.element.step.isPress)
        }
        return KeyPlan(steps: steps, duration: steps.last?.offset ?? .zero)
    }
}

extension KeyPlan.Key {
    /// Whether the next key may be pressed while this one is down.
    fileprivate func rollsOver(into next: KeyPlan.Key) -> Bool {
        guard let place, let nextPlace = next.place else { return false }
        return place.key != nextPlace.key && place.isShifted == nextPlace.isShifted
    }
}
