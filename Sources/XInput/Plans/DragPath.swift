import Glibc
import XDisplay

/// The way of a drag through given points, and the speed along it: slow at both ends and where the path turns, fast on
/// what is straight.
struct DragPath: Sendable {
    /// Of the highest speed: at both ends.
    private static let endSpeed = 0.06
    /// Of the highest speed: where the path goes back on itself.
    private static let turnSpeed = 0.12
    /// Below 1: a right angle slows down by more than half of what turning back does.
    private static let turnWeight = 0.35
    /// Pixels before and behind a turn in which the hand slows down.
    private static let turnReach = 40.0
    /// Pixels between two samples of the speed, and how many of them a piece has.
    private static let sample = (length: 4.0, count: 4...64)
    /// Pixels a piece bends to either side: a share of its length, and at most.
    private static let bow = (share: 0.012, longest: 5.0)

    private struct Sample: Sendable {
        /// From the beginning, in units of which there are `effort`.
        var time: Double
        let piece: Int
        /// Of the piece, 0 to 1.
        let share: Double
    }

    /// No two behind one another are the same.
    let points: [ScreenPoint]
    /// Pixels.
    let length: Double
    /// How often the path turns back on itself; a right angle counts half.
    let turns: Double
    private let samples: [Sample]
    private let bows: [Double]

    init(through path: [ScreenPoint], random: inout SeededRandom) {
        let points = path.reduce(into: [ScreenPoint]()) { if $0.last != $1 { $0.append($1) } }
        let ways = zip(points, points.dropFirst()).map { Vector($1) - Vector($0) }
        let lengths = ways.map(\.length)
        let turning = [0] + zip(ways, ways.dropFirst()).map(Self.turn) + [0]
        self.points = points
        length = lengths.reduce(0, +)
        turns = turning.reduce(0, +)
        samples = Self.timed(lengths: lengths, turning: turning)
        bows = lengths.map { min($0 * Self.bow.share, Self.bow.longest) }.map { random.normal(deviation: $0) }
    }

    /// From 0, straight on, to 1, back.
    private static func turn(_ before: Vector, _ behind: Vector) -> Double {
        (0...1).clamp((1 - (before * behind).sum() / (before.length * behind.length)) / 2)
    }

    /// The time each sample is reached, from the speed in the middle between it and the one before.
    private static func timed(lengths: [Double], turning: [Double]) -> [Sample] {
        let total = lengths.reduce(0, +)
        var samples: [Sample] = []
        var (time, passed) = (0.0, 0.0)
        for (piece, length) in lengths.enumerated() {
            let count = min(max(Int(length / sample.length), sample.count.lowerBound), sample.count.upperBound)
            for index in 0..<count {
                samples.append(Sample(time: time, piece: piece, share: Double(index) / Double(count)))
                let covered = (Double(index) + 0.5) / Double(count) * length
                let slowing =
                    slowing(turning[piece], at: covered, of: length)
                    * slowing(turning[piece + 1], at: length - covered, of: length)
                time += length / Double(count) / (envelope(at: (passed + covered) / total) * slowing)
            }
            passed += length
        }
        return samples + [Sample(time: time, piece: max(lengths.count - 1, 0), share: 1)]
    }

    /// The speed of the whole movement, with its highest before the middle.
    private static func envelope(at share: Double) -> Double {
        endSpeed + (1 - endSpeed) * sin(.pi * pow(share, 0.8))
    }

    private static func slowing(_ turn: Double, at distance: Double, of length: Double) -> Double {
        let reach = min(turnReach, length / 2)
        return 1 - pow(turn, turnWeight) * (1 - turnSpeed) * exp(-(distance / reach) * (distance / reach))
    }
}

extension DragPath {
    /// When each of `points` is reached, as shares of the duration.
    var arrivals: [Double] {
        samples.filter { $0.share == 0 }.map { $0.time / effort } + [1]
    }

    /// A position on the path, the piece it is on, and how far along that, 0 to 1.
    ///
    /// - Parameter progress: of the duration, 0 to 1.
    func position(at progress: Double) -> (position: Vector, piece: Int, share: Double) {
        let time = progress * effort
        let index = max(samples.countOfPrefix { $0.time <= time } - 1, 0)
        let (sample, next) = (samples[index], samples[min(index + 1, samples.count - 1)])
        let within = next.time > sample.time ? (time - sample.time) / (next.time - sample.time) : 0
        let end = next.piece == sample.piece ? next.share : 1
        let share = sample.share + within * (end - sample.share)
        let start = Vector(points[sample.piece])
        let way = Vector(points[sample.piece + 1]) - start
        let bow = way.normal / way.length * (bows[sample.piece] * 4 * share * (1 - share))
        return (start + way * share + bow, sample.piece, share)
    }

    private var effort: Double { samples.last?.time ?? 0 }
}

extension Array {
    /// How many elements at the beginning have a property that none behind them has.
    fileprivate func countOfPrefix(where hasProperty: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if hasProperty(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
