import Glibc

/// One pull of a muscle: covers its way at a speed that rises quickly and falls slowly, as the density of a log-normal
/// distribution does. Movements of the hand are sums of few such strokes (Plamondon's kinematic theory).
struct Stroke: Sendable {
    /// In standard deviations of the logarithm: where the distribution is cut off. What is left out is less than 0.1 %
    /// at either end, so that a stroke starts and stops without a jolt.
    private static let cut = (begin: -3.6, end: 3.35)

    private let origin: Double
    private let logScale: Double
    private let sigma: Double
    private let cutOff: (begin: Double, end: Double)

    /// - Parameters:
    ///   - begin: when it starts, in the caller's unit of time.
    ///   - end: when it stops, later than `begin`.
    ///   - sigma: of the logarithm, more than 0: the smaller, the more alike are rise and fall.
    init(from begin: Double, to end: Double, sigma: Double) {
        let (first, last) = (exp(Self.cut.begin * sigma), exp(Self.cut.end * sigma))
        let scale = (end - begin) / (last - first)
        self.sigma = sigma
        origin = begin - scale * first
        logScale = log(scale)
        cutOff = (Self.cumulative(Self.cut.begin), Self.cumulative(Self.cut.end))
    }

    /// The share of the way that is covered: 0 before the beginning, 1 after the end.
    func covered(at time: Double) -> Double {
        guard time > origin else { return 0 }
        let share = Self.cumulative((log(time - origin) - logScale) / sigma)
        return (0...1).clamp((share - cutOff.begin) / (cutOff.end - cutOff.begin))
    }

    /// The standard normal distribution.
    private static func cumulative(_ value: Double) -> Double {
        0.5 * erfc(-value / 2.0.squareRoot())
    }
}
