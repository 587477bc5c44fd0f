import Testing
import XDisplay

@testable import XInput

@Suite struct MovePlanTests {
    private let screen = ScreenSize(width: 1920, height: 1080)

    private func move(
        from start: (Int, Int), to target: (Int, Int), duration: Duration? = nil, seed: UInt64 = 1
    ) -> PointerPlan {
        var random = SeededRandom(seed: seed)
        return PointerPlan.move(
            from: ScreenPoint(x: start.0, y: start.1), to: ScreenPoint(x: target.0, y: target.1), within: screen,
            duration: duration, random: &random)
    }

    /// What holds for every movement, whatever its length and duration.
    private func expectSane(_ plan: PointerPlan, from start: (Int, Int), to target: (Int, Int)) {
        let moves = plan.moves
        #expect(moves.count == plan.steps.count)
        #expect(moves.last?.point == ScreenPoint(x: target.0, y: target.1))
        #expect(moves.last?.offset == plan.duration)
        let points = [ScreenPoint(x: start.0, y: start.1)] + moves.map(\.point)
        #expect(zip(points, points.dropFirst()).allSatisfy { $0 != $1 })
        #expect(points.allSatisfy { (0..<1920).contains($0.x) && (0..<1080).contains($0.y) })
        let offsets = moves.map(\.offset)
        #expect(offsets.allSatisfy { $0 > .zero })
        #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func `nothing is sent where the pointer is there`() {
        #expect(move(from: (5, 5), to: (5, 5)) == PointerPlan())
        #expect(move(from: (5, 5), to: (5, 5), duration: .seconds(1)) == PointerPlan())
    }

    @Test(arguments: [(100, 100), (0, 0), (1919, 0), (0, 1079), (1919, 1079), (960, 0), (1919, 540)])
    func `ends on the very pixel, at edges and corners too`(target: (Int, Int)) {
        for seed in UInt64(0)..<50 {
            expectSane(move(from: (700, 300), to: target, seed: seed), from: (700, 300), to: target)
        }
    }

    @Test func `stays on the screen along its edges`() {
        for seed in UInt64(0)..<50 {
            expectSane(move(from: (0, 0), to: (1919, 0), seed: seed), from: (0, 0), to: (1919, 0))
            expectSane(move(from: (1919, 1079), to: (1919, 2), seed: seed), from: (1919, 1079), to: (1919, 2))
        }
    }

    @Test(arguments: [(1, 0), (0, -1), (1, 1), (-2, 1), (4, -3), (7, 7), (-10, 0), (19, 3), (21, 0)])
    func `short ways stay short`(way: (Int, Int)) {
        for seed in UInt64(0)..<50 {
            let target = (500 + way.0, 500 + way.1)
            let plan = move(from: (500, 500), to: target, seed: seed)
            expectSane(plan, from: (500, 500), to: target)
            #expect(plan.duration < .milliseconds(250))
            let farthest = plan.moves.map { (Vector($0.point) - Vector(500, 500)).length }.max() ?? 0
            #expect(farthest < Vector(Double(way.0), Double(way.1)).length + 3)
        }
    }

    @Test(arguments: [50, 200, 1000, 5000, 10_000])
    func `takes as long as asked`(milliseconds: Int) {
        for (seed, target) in [(101, 100), (130, 110), (900, 400), (1919, 1079)].enumerated() {
            let plan = move(
                from: (100, 100), to: target, duration: .milliseconds(milliseconds), seed: UInt64(seed))
            expectSane(plan, from: (100, 100), to: target)
            #expect(plan.duration == .milliseconds(milliseconds))
            #expect(plan.steps.count <= milliseconds / 4)
        }
    }

    @Test func `a minute has no more events than is sensible`() {
        let plan = move(from: (0, 0), to: (1900, 1000), duration: .seconds(60))
        #expect((1000...2200).contains(plan.steps.count))
    }

    @Test func `small targets take longer`() {
        func duration(width: Double?) -> Duration {
            (UInt64(0)..<20).map { seed in
                var random = SeededRandom(seed: seed)
                return PointerPlan.move(
                    from: ScreenPoint(x: 100, y: 100), to: ScreenPoint(x: 730, y: 100), within: screen,
                    targetWidth: width, random: &random
                ).duration
            }.reduce(.zero, +) / 20
        }
        #expect((Duration.milliseconds(750)...Duration.milliseconds(850)).contains(duration(width: 20)))
        #expect(duration(width: 8) > duration(width: nil))
        #expect(duration(width: nil) > duration(width: 160))
        #expect(duration(width: 0) == duration(width: 1))
    }

    @Test func `a target beyond the screen is its nearest pixel`() {
        #expect(move(from: (10, 10), to: (5000, -7)).moves.last?.point == ScreenPoint(x: 1919, y: 0))
    }

    @Test func `a screen that has shrunk under the pointer is no trap`() {
        for (seed, size) in [(1, 1), (1, 900), (2, 2), (300, 1)].enumerated() {
            var random = SeededRandom(seed: UInt64(seed))
            let plan = PointerPlan.move(
                from: ScreenPoint(x: 1500, y: 1000), to: ScreenPoint(x: 7, y: 7),
                within: ScreenSize(width: size.0, height: size.1), random: &random)
            #expect(plan.moves.last?.point == ScreenPoint(x: min(7, size.0 - 1), y: min(7, size.1 - 1)))
            #expect(plan.moves.allSatisfy { $0.point.x < size.0 && $0.point.y < size.1 })
        }
    }

    @Test func `a seed decides all of it`() {
        #expect(move(from: (1, 2), to: (800, 600), seed: 7) == move(from: (1, 2), to: (800, 600), seed: 7))
        #expect(move(from: (1, 2), to: (800, 600), seed: 7) != move(from: (1, 2), to: (800, 600), seed: 8))
    }

    @Test func `a seed means the same on every day`() {
        var random = SeededRandom(seed: 0)
        #expect(random.next() == 0x99ec_5f36_cb75_f2b4)
        #expect(random.next() == 0xbf6e_1f78_4956_452a)
    }
}
