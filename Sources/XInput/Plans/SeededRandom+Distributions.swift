import Glibc

/// The distributions human movements are made of. Drawn with arithmetic of our own: what the standard library draws from
/// a generator may change with its version, and with it every recorded seed.
extension SeededRandom {
    /// Between 0, which may come, and 1, which does not.
    mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * unit()
    }

    mutating func chance(_ probability: Double) -> Bool {
        unit() < probability
    }

    /// `count` is at least 1.
    mutating func index(below count: Int) -> Int {
        min(Int(unit() * Double(count)), count - 1)
    }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + index(below: range.count)
    }

    /// By the method of Box and Muller, of whose two draws one is left.
    mutating func normal(mean: Double = 0, deviation: Double) -> Double {
        let radius = (-2 * log(1 - unit())).squareRoot()
        return mean + deviation * radius * cos(2 * .pi * unit())
    }

    /// - Parameter sigma: the standard deviation of the logarithm.
    mutating func logNormal(median: Double, sigma: Double) -> Double {
        median * exp(normal(deviation: sigma))
    }

    /// With longer tails than the log-normal: the smaller the shape, the longer. A shape of 1 or less has no mean.
    mutating func logLogistic(median: Double, shape: Double) -> Double {
        let share = uniform(0.001...0.999)
        return median * pow(share / (1 - share), 1 / shape)
    }

    /// By the method of Marsaglia and Tsang, for shapes of 1 and more.
    mutating func gamma(shape: Double, mean: Double) -> Double {
        let shift = shape - 1.0 / 3
        let scale = 1 / (9 * shift).squareRoot()
        while true {
            let draw = normal(deviation: 1)
            let root = 1 + scale * draw
            guard root > 0 else { continue }
            let cube = root * root * root
            if log(1 - unit()) < 0.5 * draw * draw + shift * (1 - cube + log(cube)) {
                return shift * cube * mean / shape
            }
        }
    }
}
