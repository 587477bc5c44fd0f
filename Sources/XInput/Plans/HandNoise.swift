import Glibc

/// What a hand adds to where it means to go: a slow drift that comes back by itself (an Ornstein-Uhlenbeck process) and
/// the tremor all hands have, which movement drowns. Its mean is zero, and its axes know nothing of each other.
struct HandNoise: Sendable {
    /// Pixels.
    private static let driftDeviation = 0.8
    /// For each second: how fast the drift comes back.
    private static let driftReturn = 3.5
    /// Pixels.
    private static let tremorAmplitude = 0.15...0.55
    /// Hertz: physiological tremor.
    private static let tremorFrequency = 8.0...12.0
    /// Pixels in a millisecond: at this speed the tremor is half of what it is at rest.
    private static let tremorHalvingSpeed = 0.25

    private struct Tremor: Sendable {
        let amplitude: Double
        /// Radians in a millisecond.
        let frequency: Double
        let phase: Double

        init(random: inout SeededRandom) {
            amplitude = random.uniform(HandNoise.tremorAmplitude)
            frequency = 2 * .pi * random.uniform(HandNoise.tremorFrequency) / 1000
            phase = random.uniform(0...(2 * .pi))
        }

        func displacement(at time: Double) -> Double { amplitude * sin(frequency * time + phase) }
    }

    private let tremor: (x: Tremor, y: Tremor)
    private var drift = Vector.zero
    private var lastTime = 0.0

    init(random: inout SeededRandom) {
        tremor = (Tremor(random: &random), Tremor(random: &random))
    }

    /// Pixels.
    ///
    /// - Parameters:
    ///   - time: in milliseconds, later than at the last call.
    ///   - speed: of the movement, in pixels in a millisecond.
    mutating func displacement(at time: Double, speed: Double, random: inout SeededRandom) -> Vector {
        let kept = exp(-Self.driftReturn * (time - lastTime) / 1000)
        let deviation = Self.driftDeviation * (1 - kept * kept).squareRoot()
        drift = drift * kept + Vector(random.normal(deviation: deviation), random.normal(deviation: deviation))
        lastTime = time
        let damping = 1 / (1 + speed / Self.tremorHalvingSpeed)
        return drift + damping * Vector(tremor.x.displacement(at: time), tremor.y.displacement(at: time))
    }
}
