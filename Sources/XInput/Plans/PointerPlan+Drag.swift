package import XDisplay

extension PointerPlan {
    /// Milliseconds from the press to the movement.
    private static let grip = TimeDistribution(median: 110, sigma: 0.3, range: 60...300)
    /// Milliseconds from the last movement to the release.
    private static let letGo = TimeDistribution(median: 120, sigma: 0.3, range: 60...300)
    /// Milliseconds, pixels in a millisecond, milliseconds for a turn back: with a button held, people are slower than
    /// otherwise, and slower still around corners.
    private static let usualDrag = (start: 180.0, speed: 0.8, turn: 140.0, spread: 0.08, longest: 10_000.0)
    /// Pixels around each given point in which the noise fades, since it is met exactly.
    private static let noiselessReach = 12.0
    /// Milliseconds: an event closer to the arrival at a given point is left out.
    private static let arrivalGap = 1.5

    /// Goes to the first point, presses, moves through every point of the path exactly, and releases at the last.
    ///
    /// - Parameters:
    ///   - path: points of the screen. With fewer than two different ones nothing moves while the button is held.
    ///   - start: where the pointer is.
    ///   - pauseAfterPress: at least this long before the movement; a person's own pause where it is longer.
    ///   - duration: of the movement with the button held, 10 ms at least. Without, what the length and the turns of the
    ///     path take, 10 s at most.
    package static func drag(
        along path: [ScreenPoint], from start: ScreenPoint, button: PointerButton, pauseAfterPress: Duration,
        duration: Duration?, within screen: ScreenSize, random: inout SeededRandom
    ) -> PointerPlan {
        let path = path.map { screen.nearestPoint(to: Vector($0)) }
        guard let first = path.first else { return PointerPlan() }
        let grip = max(pauseAfterPress, .rounded(milliseconds: grip.draw(&random)))
        return move(from: start, to: first, within: screen, random: &random)
            .appending(press(button, random: &random))
            .appending(.pause(grip))
            .appending(dragging(along: path, duration: duration, within: screen, random: &random))
            .appending(.pause(.rounded(milliseconds: letGo.draw(&random))))
            .appending(PointerPlan(steps: [Step(at: .zero, .release(button))]))
    }

    private static func dragging(
        along path: [ScreenPoint], duration: Duration?, within screen: ScreenSize, random: inout SeededRandom
    ) -> PointerPlan {
        let path = DragPath(through: path, random: &random)
        let usual = usualDrag.start + path.length / usualDrag.speed + path.turns * usualDrag.turn
        let drawn = min(random.logNormal(median: usual, sigma: usualDrag.spread), usualDrag.longest)
        let end = max(duration?.inMilliseconds ?? drawn, shortestDuration)
        guard path.points.count > 1 else { return .pause(.rounded(milliseconds: end)) }
        var trail = PixelTrail(from: path.points[0], within: screen)
        follow(path, until: end, onto: &trail, random: &random)
        return trail.plan(lasting: end)
    }

    /// Events by the clock, and one at each point of the path.
    private static func follow(
        _ path: DragPath, until end: Double, onto trail: inout PixelTrail, random: inout SeededRandom
    ) {
        var noise = HandNoise(random: &random)
        var clock = EventClock(until: end)
        var arrivals = Array(zip(path.arrivals, path.points)).dropFirst()
        var last = (time: 0.0, position: Vector(path.points[0]))
        while let time = clock.next(random: &random) {
            while let (arrival, point) = arrivals.first, arrival * end < time + arrivalGap {
                trail.append(point, at: arrival * end)
                last = (arrival * end, Vector(point))
                arrivals = arrivals.dropFirst()
            }
            guard time > last.time + arrivalGap else { continue }
            let (position, free) = freedom(on: path, at: time / end)
            let speed = (position - last.position).length / (time - last.time)
            trail.append(position + free * noise.displacement(at: time, speed: speed, random: &random), at: time)
            last = (time, position)
        }
        for (arrival, point) in arrivals { trail.append(point, at: arrival * end) }
    }

    /// A position on the path and how much noise it has, 0 to 1: none at the given points.
    private static func freedom(on path: DragPath, at progress: Double) -> (position: Vector, noise: Double) {
        let (position, piece, share) = path.position(at: progress)
        let length = (Vector(path.points[piece + 1]) - Vector(path.points[piece])).length
        return (position, min(1, share * length / noiselessReach, (1 - share) * length / noiselessReach))
    }
}
