import Glibc
import Testing
import XDisplay

@testable import XInput

@Suite struct DragPlanTests {
    private let screen = ScreenSize(width: 1920, height: 1080)

    private func drag(
        _ path: [(Int, Int)], pause: Duration = .zero, duration: Duration? = nil, seed: UInt64 = 1
    ) -> PointerPlan {
        var random = SeededRandom(seed: seed)
        return PointerPlan.drag(
            along: path.map { ScreenPoint(x: $0.0, y: $0.1) }, from: ScreenPoint(x: 50, y: 900), button: .left,
            pauseAfterPress: pause, duration: duration, within: screen, random: &random)
    }

    /// What happens while the button is held, with its times from the press; the rest is checked.
    private func held(_ plan: PointerPlan) throws -> (moves: [PointerPlan.Step], release: Duration) {
        let press = try #require(plan.steps.firstIndex { $0.event == .press(.left) })
        let pressed = plan.steps[press].offset
        #expect(plan.steps.last?.event == .release(.left))
        #expect(plan.steps.last?.offset == plan.duration)
        let offsets = plan.steps.map(\.offset)
        #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 })
        let moves = plan.steps[(press + 1)...].dropLast().map { PointerPlan.Step(at: $0.offset - pressed, $0.event) }
        return (moves, plan.duration - pressed)
    }

    private static let paths: [[(Int, Int)]] = [
        [(100, 100), (400, 100)],
        [(100, 100), (300, 250), (500, 250), (100, 100)],
        [(0, 0), (1919, 0), (1919, 1079), (0, 1079), (0, 0)],
        [(10, 10), (11, 10), (12, 11), (12, 11), (13, 12)],
        (0..<400).map(loop),
    ]

    /// A point of a drawing by hand.
    private static func loop(_ index: Int) -> (Int, Int) {
        let angle = Double(index)
        let (x, y) = (300 * cos(angle / 20), 200 * sin(angle / 31))
        return (900 + Int(x), 500 + Int(y))
    }

    private func between(_ least: Int, _ most: Int) -> ClosedRange<Duration> {
        .milliseconds(least) ... .milliseconds(most)
    }

    @Test(arguments: paths.indices)
    func `meets every point in its order`(index: Int) throws {
        let path = Self.paths[index]
        for seed in UInt64(0)..<20 {
            let plan = drag(path, seed: seed)
            let press = try #require(plan.steps.firstIndex { $0.event == .press(.left) })
            let before = plan.steps[..<press].last?.event
            #expect(before == .move(to: ScreenPoint(x: path[0].0, y: path[0].1)))
            var rest = path.map { PointerPlan.Event.move(to: ScreenPoint(x: $0.0, y: $0.1)) }.dropFirst()
            let moves = try held(plan).moves.map(\.event)
            for move in moves { while rest.first == move { rest = rest.dropFirst() } }
            #expect(rest.isEmpty)
            #expect(moves.last == .move(to: ScreenPoint(x: path[path.count - 1].0, y: path[path.count - 1].1)))
        }
    }

    @Test(arguments: [50, 1200, 10_000])
    func `moves for as long as asked`(milliseconds: Int) throws {
        let held = try held(drag(Self.paths[1], pause: .milliseconds(700), duration: .milliseconds(milliseconds)))
        let end = try #require(held.moves.last?.offset)
        #expect(end == .milliseconds(700 + milliseconds))
        let first = try #require(held.moves.first?.offset)
        #expect(first > .milliseconds(700))
        #expect(between(60, 301).contains(held.release - end))
    }

    @Test func `stays near the lines between the points`() throws {
        for seed in UInt64(0)..<50 {
            for case .move(let point) in try held(drag([(100, 100), (900, 100)], seed: seed)).moves.map(\.event) {
                #expect((75...125).contains(point.y))
                #expect((95...905).contains(point.x))
            }
        }
    }

    @Test func `slows down at corners`() throws {
        let moves = try held(drag([(100, 100), (700, 100), (700, 700)])).moves
        func timeNear(_ place: Vector) -> Double {
            let times = moves.filter { step in
                if case .move(let point) = step.event { (Vector(point) - place).length < 30 } else { false }
            }.map(\.offset.inMilliseconds)
            return (times.last ?? 0) - (times.first ?? 0)
        }
        #expect(timeNear(Vector(700, 100)) > 1.3 * timeNear(Vector(450, 100)))
        #expect(timeNear(Vector(700, 100)) > 1.3 * timeNear(Vector(700, 350)))
    }

    @Test func `a path of one place presses and releases there`() throws {
        let plan = drag([(300, 300), (300, 300)])
        #expect(try held(plan).moves.isEmpty)
        #expect(drag([]) == PointerPlan())
    }

    @Test func `takes a time in proportion, and no longer than ten seconds`() throws {
        let release = try held(drag([(100, 100), (900, 100)])).release
        #expect(between(900, 2200).contains(release))
        let zigzag = (0..<200).map { ($0 % 2 == 0 ? 0 : 1900, $0 * 5) }
        #expect(try held(drag(zigzag)).release < .milliseconds(11_000))
    }
}
