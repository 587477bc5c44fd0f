extension ClosedRange<Double> {
    /// The value of the range that is nearest to another.
    func clamp(_ value: Double) -> Double {
        Swift.min(Swift.max(value, lowerBound), upperBound)
    }
}
