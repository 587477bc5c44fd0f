import Glibc
import XDisplay

@testable import XInput

/// What programs that tell people from machines measure in one movement. Speed is that along the path, on a grid of 4 ms,
/// smoothed with a Gaussian of 16 ms; `motion_features.py` measures the same where events arrive.
struct MotionFeatures {
    static let grid = 4.0
    static let smoothing = 16.0
    /// Of the highest speed: by how much a peak must stand out to count.
    private static let prominence = 0.1
    /// Of the highest speed: slower samples say nothing about curvature.
    private static let moving = 0.1
    /// Pixels in a millisecond.
    private static let slow = 0.5

    struct Event {
        /// Milliseconds.
        let time: Double
        let position: Vector
    }

    let duration: Double
    let peaks: Int
    let peakTime: Double
    let efficiency: Double
    let startSpeed: Double
    let endSpeed: Double
    /// Nil where too little of the path bends.
    let curvatureExponent: Double?
    /// Pixels, of events from the cubic through their neighbours.
    let residuals: [Vector]

    init(of plan: PointerPlan, from start: ScreenPoint) {
        let events =
            [Event(time: 0, position: Vector(start))]
            + plan.moves.map { Event(time: $0.offset.inMilliseconds, position: Vector($0.point)) }
        let path = Self.resampled(events)
        let speeds = Self.smoothed(zip(path, path.dropFirst()).map { ($1 - $0).length / Self.grid })
        let highest = speeds.max() ?? 0
        let length = zip(events, events.dropFirst()).map { ($1.position - $0.position).length }.reduce(0, +)
        duration = events[events.count - 1].time
        peaks = Self.peaks(in: speeds, prominence: Self.prominence * highest)
        peakTime = (Double(speeds.firstIndex(of: highest) ?? 0) + 0.5) * Self.grid / duration
        efficiency = (events[events.count - 1].position - events[0].position).length / length
        startSpeed = speeds[0] / highest
        endSpeed = speeds[speeds.count - 1] / highest
        curvatureExponent = Self.curvatureExponent(Self.smoothedBetweenRests(path))
        residuals = Self.residuals(events)
    }

    private static func resampled(_ events: [Event]) -> [Vector] {
        let end = events[events.count - 1].time
        var index = 0
        return (0...max(1, Int((end / grid).rounded()))).map { sample in
            let time = min(Double(sample) * grid, end)
            while index < events.count - 2, events[index + 1].time < time { index += 1 }
            let (before, after) = (events[index], events[index + 1])
            return before.position
                + (after.position - before.position) * (time - before.time) / max(after.time - before.time, 1e-9)
        }
    }

    private static let kernel: [Double] = {
        let reach = Int((3 * smoothing / grid).rounded(.up))
        return (-reach...reach).map { exp(-0.5 * pow(Double($0) * grid / smoothing, 2)) }
    }()

    /// Beyond the ends there is nothing. Loops, here and below, since closures take a minute in a debug build.
    private static func smoothed(_ values: [Double]) -> [Double] {
        let reach = kernel.count / 2
        var result = values
        for index in values.indices {
            var (sum, weights) = (0.0, 0.0)
            for other in max(0, index - reach)...min(values.count - 1, index + reach) {
                let weight = kernel[other - index + reach]
                sum += weight * values[other]
                weights += weight
            }
            result[index] = sum / weights
        }
        return result
    }

    /// Beyond the ends the pointer rests.
    private static func smoothedBetweenRests(_ path: [Vector]) -> [Vector] {
        let reach = kernel.count / 2
        let total = kernel.reduce(0, +)
        var result = path
        for index in path.indices {
            var (x, y) = (0.0, 0.0)
            for tap in kernel.indices {
                let position = path[min(max(index + tap - reach, 0), path.count - 1)]
                x += kernel[tap] * position.x
                y += kernel[tap] * position.y
            }
            result[index] = Vector(x / total, y / total)
        }
        return result
    }

    private static func peaks(in speeds: [Double], prominence: Double) -> Int {
        var (count, isRising, extreme) = (0, true, speeds[0])
        for speed in speeds {
            extreme = isRising ? max(extreme, speed) : min(extreme, speed)
            guard abs(extreme - speed) > prominence else { continue }
            if isRising { count += 1 }
            (isRising, extreme) = (!isRising, speed)
        }
        return count + (isRising && extreme - (speeds.min() ?? 0) > prominence ? 1 : 0)
    }

    private static func curvatureExponent(_ path: [Vector]) -> Double? {
        let samples = (1..<max(path.count - 1, 1)).compactMap { index -> (speed: Double, curvature: Double)? in
            let change = (path[index + 1] - path[index - 1]) / 2
            let bend = path[index + 1] - 2 * path[index] + path[index - 1]
            let speed = change.length
            return speed > 0 ? (speed, abs((change.normal * bend).sum()) / pow(speed, 3)) : nil
        }
        let highest = samples.map(\.speed).max() ?? 0
        let bent = samples.filter { $0.curvature > 1e-5 && $0.speed > moving * highest }
        return bent.count < 8 ? nil : Fit(bent.map { log($0.curvature) }, bent.map { log($0.speed) }).slope
    }

    /// Of slow events. Where gaps are so uneven that the cubic magnifies rounding, it says nothing.
    private static func residuals(_ events: [Event]) -> [Vector] {
        (2..<max(events.count - 2, 2)).compactMap { index in
            let window = events[(index - 2)...(index + 2)]
            let length = zip(window, window.dropFirst()).map { ($1.position - $0.position).length }.reduce(0, +)
            guard length <= slow * (events[index + 2].time - events[index - 2].time) else { return nil }
            let others = [-2, -1, 1, 2].map { events[index + $0] }
            let weights = others.map { one in
                others.filter { $0.time != one.time }.map { (events[index].time - $0.time) / (one.time - $0.time) }
                    .reduce(1, *)
            }
            guard weights.map(abs).reduce(0, +) < 2 else { return nil }
            return events[index].position - zip(weights, others).map { $0 * $1.position }.reduce(.zero, +)
        }
    }
}

/// A straight line through points, by least squares.
struct Fit {
    let slope: Double
    let correlation: Double

    init(_ xs: [Double], _ ys: [Double]) {
        let (x, y) = (xs.reduce(0, +) / Double(xs.count), ys.reduce(0, +) / Double(ys.count))
        let xx = xs.map { ($0 - x) * ($0 - x) }.reduce(0, +)
        let yy = ys.map { ($0 - y) * ($0 - y) }.reduce(0, +)
        let xy = zip(xs, ys).map { ($0 - x) * ($1 - y) }.reduce(0, +)
        slope = xy / xx
        correlation = xy / (xx * yy).squareRoot()
    }
}

extension PointerPlan {
    var moves: [(offset: Duration, point: ScreenPoint)] {
        steps.compactMap { if case .move(let point) = $0.event { ($0.offset, point) } else { nil } }
    }
}

extension Collection<Double> {
    /// - Parameter share: 0 to 1.
    func quantile(_ share: Double) -> Double {
        sorted()[Int((Double(count - 1) * share).rounded())]
    }

    var median: Double { quantile(0.5) }
    var mean: Double { reduce(0, +) / Double(count) }
}
