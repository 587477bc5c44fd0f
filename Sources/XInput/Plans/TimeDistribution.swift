/// A time that people take, in milliseconds: log-normal, since it is never much shorter than usual but may be much
/// longer, and cut off where it would stop being useful.
struct TimeDistribution: Sendable {
    let median: Double
    /// The standard deviation of the logarithm.
    let sigma: Double
    let range: ClosedRange<Double>

    func draw(_ random: inout SeededRandom) -> Double {
        range.clamp(random.logNormal(median: median, sigma: sigma))
    }
}
