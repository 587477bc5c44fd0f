import Testing
import XDisplay

@testable import XInput

@Suite struct GesturePlanTests {
    private let screen = ScreenSize(width: 1920, height: 1080)
    private let seeds = UInt64(0)..<100

    private func offsets(of plan: PointerPlan) -> [Double] { plan.steps.map(\.offset.inMilliseconds) }

    @Test func `a click waits, presses and releases`() {
        for seed in seeds {
            var random = SeededRandom(seed: seed)
            let plan = PointerPlan.click(.right, count: 0, random: &random)
            #expect(plan.steps.map(\.event) == [.press(.right), .release(.right)])
            let offsets = offsets(of: plan)
            #expect((60...400).contains(offsets[0]))
            #expect((45...150).contains(offsets[1] - offsets[0]))
            #expect(plan.duration == plan.steps[1].offset)
        }
    }

    @Test func `clicks of one gesture are within a double click's time`() {
        for seed in seeds {
            var random = SeededRandom(seed: seed)
            let plan = PointerPlan.click(.left, count: 3, random: &random)
            let pair: [PointerPlan.Event] = [.press(.left), .release(.left)]
            #expect(plan.steps.map(\.event) == pair + pair + pair)
            let offsets = offsets(of: plan)
            #expect(offsets[2] - offsets[0] <= 301)
            #expect(offsets[4] - offsets[2] <= 301)
            #expect(offsets[2] - offsets[1] >= 50)
        }
    }

    @Test func `press and release alone`() {
        var random = SeededRandom(seed: 1)
        let plan = PointerPlan.press(.left, random: &random).appending(.release(.left, random: &random))
        #expect(plan.steps.map(\.event) == [.press(.left), .release(.left)])
        #expect(plan.steps[1].offset == plan.duration)
    }

    @Test func `a gesture behind another begins where that ends`() {
        let first = PointerPlan(steps: [.init(at: .milliseconds(3), .press(.left))], duration: .milliseconds(10))
        let second = PointerPlan(steps: [.init(at: .milliseconds(4), .release(.left))], duration: .milliseconds(5))
        let both = first.appending(second)
        #expect(both.steps.map(\.offset) == [.milliseconds(3), .milliseconds(14)])
        #expect(both.duration == .milliseconds(15))
    }

    @Test(arguments: [(0, 1), (0, -3), (2, 0), (-5, 12), (7, 100), (0, 10_000)])
    func `scrolls exactly so many ticks, up and down first`(ticks: (Int, Int)) {
        for seed in seeds.prefix(20) {
            var random = SeededRandom(seed: seed)
            let plan = PointerPlan.scroll(right: ticks.0, down: ticks.1, random: &random)
            let vertical =
                Array(repeating: WheelDirection.down, count: max(ticks.1, 0))
                + Array(repeating: .up, count: max(-ticks.1, 0))
            let horizontal =
                Array(repeating: WheelDirection.right, count: max(ticks.0, 0))
                + Array(repeating: .left, count: max(-ticks.0, 0))
            #expect(plan.steps.map(\.event) == (vertical + horizontal).map { .wheel($0) })
            #expect(plan.duration <= .milliseconds(4001))
            let offsets = offsets(of: plan)
            #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 })
        }
    }

    @Test func `the wheel slows down within a pull and pauses between two`() {
        let gaps = seeds.map { seed in
            var random = SeededRandom(seed: seed)
            let offsets = offsets(of: PointerPlan.scroll(right: 0, down: 20, random: &random))
            return zip(offsets, offsets.dropFirst()).map { $1 - $0 }
        }
        #expect(gaps.allSatisfy { $0.filter { $0 > 90 }.count >= 2 && $0.prefix(2).allSatisfy { $0 < 90 } })
        #expect(gaps.map { $0[1] - $0[0] }.mean > 0)
    }

    @Test func `scrolling by nothing is nothing`() {
        var random = SeededRandom(seed: 1)
        #expect(PointerPlan.scroll(right: 0, down: 0, random: &random) == PointerPlan())
    }
}
