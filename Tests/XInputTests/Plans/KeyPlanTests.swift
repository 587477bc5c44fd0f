import Testing

@testable import XInput

@Suite struct KeyPlanTests {
    private static let prose = String(
        repeating: "The agent opens the page, reads what it says, and writes an answer. It is not long. ", count: 12)

    private func plan(
        _ text: String, typos: Double = 0, wordsPerMinute: Double? = nil, seed: UInt64 = 1
    ) -> KeyPlan {
        var random = SeededRandom(seed: seed)
        return KeyPlan.typing(text, typoChance: typos, wordsPerMinute: wordsPerMinute, random: &random)
    }

    private struct Held {
        let key: KeyPlan.Key
        let press: Double
        let release: Double
    }

    /// Every press with its release, in the order of presses; no key is pressed while it is down.
    private func held(_ plan: KeyPlan) throws -> [Held] {
        var down: [KeyPlan.Key: Double] = [:]
        var held: [Held] = []
        for step in plan.steps {
            let offset = step.offset.inMilliseconds
            if step.isPress {
                #expect(down.updateValue(offset, forKey: step.key) == nil)
            } else {
                let press = try #require(down[step.key])
                down[step.key] = nil
                held.append(Held(key: step.key, press: press, release: offset))
            }
        }
        #expect(down.isEmpty)
        return held.sorted { $0.press < $1.press }
    }

    @Test func `steps are in order and end with the plan`() throws {
        for seed in UInt64(0)..<20 {
            let plan = plan("Hello, World! 日本 \n aaa sees", typos: 0.1, seed: seed)
            let offsets = plan.steps.map(\.offset)
            #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(offsets.last == plan.duration)
            _ = try held(plan)
        }
        #expect(plan("") == KeyPlan())
    }

    @Test func `presses are the text in its order`() {
        let text = "Grüße, 東京 👍🏽\n\tend"
        let pressed = plan(text).steps.filter(\.isPress).map(\.key)
        #expect(pressed == text.unicodeScalars.map { .character($0) })
        #expect(plan("a\r\nb\rc").steps.filter(\.isPress).map(\.key) == "a\nb\nc".unicodeScalars.map { .character($0) })
    }

    @Test(arguments: [40.0, 60, 90, 120])
    func `is as fast as asked`(wordsPerMinute: Double) {
        let minutes = plan(Self.prose, wordsPerMinute: wordsPerMinute).duration.inMilliseconds / 60_000
        let speed = Double(Self.prose.count) / 5 / minutes
        #expect(abs(speed / wordsPerMinute - 1) < 0.1)
    }

    @Test func `keys roll over, but not too many`() throws {
        let held = try held(plan(Self.prose))
        let rolled = zip(held, held.dropFirst()).filter { $0.release > $1.press }
        #expect((0.2...0.5).contains(Double(rolled.count) / Double(held.count)))
        #expect(zip(held, held.dropFirst(2)).allSatisfy { $0.release < $1.press })
    }

    @Test func `holds and intervals are those of people`() throws {
        let held = try held(plan(Self.prose))
        let holds = held.map { $0.release - $0.press }
        #expect((70...120).contains(holds.median))
        #expect(holds.quantile(0.99) < 200)
        let intervals = zip(held, held.dropFirst()).map { $1.press - $0.press }
        #expect((90...150).contains(intervals.median))
        #expect(intervals.mean > 1.1 * intervals.median)
        #expect((intervals.min() ?? 0) >= 29.9)
    }

    @Test func `hands that take turns are faster than a finger twice`() {
        func duration(_ text: String) -> Double {
            (UInt64(0)..<50).map { plan(text, seed: $0).duration.inMilliseconds }.mean
        }
        #expect(duration("ekekekekek") < 0.8 * duration("ededededed"))
    }

    @Test func `what needs another Shift or has no key does not overlap`() throws {
        for seed in UInt64(0)..<20 {
            let held = try held(plan("aBcD é東x\ny\tz", wordsPerMinute: 150, seed: seed))
            for (before, behind) in zip(held, held.dropFirst()) {
                #expect(behind.press - before.release >= 10)
            }
        }
    }

    @Test func `sentences begin later than words`() throws {
        let pauses = try (UInt64(0)..<60).map { seed in
            let held = try held(plan("so it is. and on", seed: seed))
            return (sentence: held[10].press - held[9].press, word: held[14].press - held[13].press)
        }
        #expect(pauses.map(\.sentence).median > 1.5 * pauses.map(\.word).median)
    }

    @Test func `a seed decides all of it`() {
        #expect(plan("same", typos: 0.1, seed: 5) == plan("same", typos: 0.1, seed: 5))
        #expect(plan("same", seed: 5) != plan("same", seed: 6))
    }
}
