import XDisplay

/// The way of a hand that aims at a target: a fast first stroke on a bent path that misses a little, and slower ones that
/// begin before it has ended and make up for it. The sum slows down where it bends, as movements of people do.
struct AimedMovement: Sendable {
    /// Below this many pixels the first stroke meets the target.
    private static let correctedDistance = 20.0
    /// Of the distance: how far the first stroke comes. It is planned short, since going back costs more than going on.
    private static let reach = 0.88...0.97
    private static let overshoot = (chance: 0.15, reach: 1.02...1.06)
    /// Of the distance, to either side: the standard deviation of where the first stroke ends.
    private static let sideError = 0.03
    /// Of the distance: the bend of the path. Both ends bend to the same side, but for some.
    private static let bend = (mean: 0.02, deviation: 0.01, changesSides: 0.2)
    /// Of the distance: how far from its end of the path an anchor of the curve lies.
    private static let anchor = 0.2...0.45
    private static let sigma = (first: 0.13...0.19, correction: 0.12...0.20)
    /// Of the duration.
    private static let firstEnd = 0.82...0.92
    private static let correctionBegin = 0.50...0.68
    /// Two corrections instead of one: the first does most of what is left.
    private static let second = (chance: 0.25, begin: 0.70...0.78, firstEnd: 0.90...0.97, firstShare: 0.6...0.9)

    private let path: BezierCurve
    private let first: Stroke
    private let corrections: [(way: Vector, stroke: Stroke)]

    init(from start: Vector, to target: Vector, within screen: ScreenSize, random: inout SeededRandom) {
        let way = target - start
        let isCorrected = way.length > Self.correctedDistance
        let aim = isCorrected ? Self.aim(along: way, random: &random) : way
        path = Self.path(from: start, to: start + aim, within: screen, random: &random)
        first = Stroke(
            from: 0, to: isCorrected ? random.uniform(Self.firstEnd) : 1, sigma: random.uniform(Self.sigma.first))
        corrections = isCorrected ? Self.corrections(of: way - aim, random: &random) : []
    }

    /// - Parameter progress: of the duration, 0 to 1, where the target is reached.
    func position(at progress: Double) -> Vector {
        let reached = path.point(atShare: first.covered(at: progress))
        return corrections.reduce(reached) { $0 + $1.way * $1.stroke.covered(at: progress) }
    }

    /// Where the first stroke ends, seen from where it starts.
    private static func aim(along way: Vector, random: inout SeededRandom) -> Vector {
        let reach = random.chance(overshoot.chance) ? random.uniform(overshoot.reach) : random.uniform(reach)
        return way * reach + way.normal * random.normal(deviation: sideError)
    }

    private static func corrections(
        of rest: Vector, random: inout SeededRandom
    ) -> [(way: Vector, stroke: Stroke)] {
        let begin = random.uniform(correctionBegin)
        guard random.chance(second.chance) else {
            return [(rest, Stroke(from: begin, to: 1, sigma: random.uniform(sigma.correction)))]
        }
        let share = random.uniform(second.firstShare)
        let end = random.uniform(second.firstEnd)
        return [
            (rest * share, Stroke(from: begin, to: end, sigma: random.uniform(sigma.correction))),
            (
                rest * (1 - share),
                Stroke(from: random.uniform(second.begin), to: 1, sigma: random.uniform(sigma.correction))
            ),
        ]
    }

    /// Bends to the side the screen is on, where one of them is beyond its edge.
    private static func path(
        from start: Vector, to end: Vector, within screen: ScreenSize, random: inout SeededRandom
    ) -> BezierCurve {
        let way = end - start
        let (near, far) = (random.uniform(anchor), 1 - random.uniform(anchor))
        var side = random.chance(0.5) ? 1.0 : -1.0
        let firstBend = abs(random.normal(mean: bend.mean, deviation: bend.deviation))
        let secondBend = abs(random.normal(mean: bend.mean, deviation: bend.deviation))
        let secondSide = random.chance(bend.changesSides) ? -1.0 : 1.0
        if !screen.contains(start + way * near + way.normal * firstBend * side) { side = -side }
        return BezierCurve(
            start, start + way * near + way.normal * firstBend * side,
            start + way * far + way.normal * secondBend * side * secondSide, end)
    }
}

extension ScreenSize {
    fileprivate func contains(_ point: Vector) -> Bool {
        point.x >= 0 && point.y >= 0 && point.x <= Double(width - 1) && point.y <= Double(height - 1)
    }
}
