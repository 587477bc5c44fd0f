import Glibc
import Testing
import XDisplay

@testable import XInput

/// 500 movements, 60 to 1200 px far, to targets 12 to 160 px wide, measured as detectors do.
@Suite struct HumannessTests {
    private static let screen = ScreenSize(width: 1920, height: 1080)

    private struct Movement {
        let start: ScreenPoint
        let plan: PointerPlan
        let features: MotionFeatures
        /// Bits, as in Fitts' law.
        let difficulty: Double
    }

    private static let movements: [Movement] = {
        var random = SeededRandom(seed: 20_240_229)
        return (UInt64(0)..<500).map { movement(seed: $0, random: &random) }
    }()

    private static func movement(seed: UInt64, random: inout SeededRandom) -> Movement {
        while true {
            let distance = exp(random.uniform(log(60)...log(1200)))
            let angle = random.uniform(0...(2 * .pi))
            let width = [12.0, 20, 40, 80, 160][random.index(below: 5)]
            let start = ScreenPoint(x: random.index(below: screen.width), y: random.index(below: screen.height))
            let end = Vector(start) + distance * Vector(cos(angle), sin(angle))
            let target = screen.nearestPoint(to: end)
            guard (Vector(target) - end).length < 1 else { continue }
            var seeded = SeededRandom(seed: seed)
            let plan = PointerPlan.move(
                from: start, to: target, within: screen, targetWidth: width, random: &seeded)
            return Movement(
                start: start, plan: plan, features: MotionFeatures(of: plan, from: start),
                difficulty: log2(distance / width + 1))
        }
    }

    private var features: [MotionFeatures] { Self.movements.map(\.features) }

    @Test func `speed has one peak, seldom more than three`() {
        let peaks = features.map { Double($0.peaks) }
        #expect(peaks.median == 1)
        #expect(peaks.quantile(0.9) <= 3)
    }

    @Test func `the peak comes before the middle`() {
        let time = features.map(\.peakTime).median
        #expect((0.30...0.45).contains(time))
    }

    @Test func `paths are nearly straight, but not quite`() {
        let efficiencies = features.map(\.efficiency)
        #expect((0.95...0.99).contains(efficiencies.median))
        #expect(efficiencies.quantile(0.1) >= 0.88)
    }

    @Test func `the hand starts and stops at rest`() {
        #expect(features.map(\.startSpeed).median <= 0.05)
        #expect(features.map(\.endSpeed).median <= 0.05)
    }

    @Test func `what is farther or smaller takes longer`() {
        let correlation = Fit(Self.movements.map(\.difficulty), features.map(\.duration)).correlation
        #expect(correlation * correlation >= 0.8)
    }

    @Test func `bends are slow, by the power of a third`() {
        let exponent = features.compactMap(\.curvatureExponent).median
        #expect((-0.38 ... -0.28).contains(exponent))
    }

    @Test func `noise has no direction`() {
        let residuals = features.flatMap(\.residuals)
        #expect(residuals.count > 5000)
        #expect(abs(residuals.map(\.x).mean) < 0.05)
        #expect(abs(residuals.map(\.y).mean) < 0.05)
        #expect(abs(Fit(residuals.map(\.x), residuals.map(\.y)).correlation) < 0.05)
    }

    /// Measured at its source, where nothing smooths a bias away.
    @Test func `drift and tremor have no mean either`() {
        let displacements = (UInt64(0)..<500).flatMap { seed in
            var random = SeededRandom(seed: seed)
            var noise = HandNoise(random: &random)
            return (1...500).map { noise.displacement(at: Double($0) * 8, speed: 0, random: &random) }
        }
        #expect(abs(displacements.map(\.x).mean) < 0.05)
        #expect(abs(displacements.map(\.y).mean) < 0.05)
        #expect(abs(Fit(displacements.map(\.x), displacements.map(\.y)).correlation) < 0.05)
    }

    @Test func `events come at the pace of a mouse, unevenly`() {
        let gaps = Self.movements.flatMap { movement in
            let offsets = movement.plan.moves.map { $0.offset.inMilliseconds }
            return zip(offsets, offsets.dropFirst()).map { $1 - $0 }
        }
        #expect((6...10).contains(gaps.median))
        let mean = gaps.mean
        let deviation = gaps.map { ($0 - mean) * ($0 - mean) }.mean.squareRoot()
        #expect((0.3...0.8).contains(deviation / mean))
    }

    @Test func `no two are alike`() {
        let shapes = Self.movements.map { movement in
            movement.plan.moves.map { Vector($0.point) - Vector(movement.start) }
        }
        #expect(Set(shapes).count == shapes.count)
        #expect(Set(features.map(\.duration)).count == shapes.count)
        let timings = Set(Self.movements.map { $0.plan.moves.prefix(5).map(\.offset) })
        #expect(timings.count == shapes.count)
    }

    @Test func `none ends with a jump`() {
        let last = Self.movements.map { movement in
            let ends = movement.plan.moves.suffix(2).map { Vector($0.point) }
            return (ends[1] - ends[0]).length
        }
        #expect(last.quantile(0.9) < 2)
        #expect(last.quantile(1) < 8)
    }

    /// On an ellipse drawn evenly in its parameter the law holds exactly, so this is what the measurement is worth.
    @Test func `the exponent is measured right where it is known`() throws {
        let steps = (0...250).map { index in
            let angle = 2 * Double.pi * Double(index) / 250
            return PointerPlan.Step(
                at: .milliseconds(8 * index),
                .move(to: Self.screen.nearestPoint(to: Vector(960 + 500 * cos(angle), 540 + 150 * sin(angle)))))
        }
        let ellipse = MotionFeatures(of: PointerPlan(steps: steps), from: ScreenPoint(x: 1460, y: 540))
        let exponent = try #require(ellipse.curvatureExponent)
        #expect(abs(exponent + 1.0 / 3) < 0.02)
    }
}
