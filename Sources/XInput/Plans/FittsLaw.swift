import Glibc

/// How long a person takes to a target: the farther and the smaller, the longer (Fitts 1954, in MacKenzie's form).
enum FittsLaw {
    /// Milliseconds, as fitted to mice.
    private static let intercept = 50.0
    /// Milliseconds for each bit of difficulty, as fitted to mice.
    private static let slope = 150.0
    /// Of the logarithm: the same person takes different times to the same target.
    private static let spread = 0.08
    /// Milliseconds below which nobody's hand starts and stops.
    private static let shortest = 60.0
    /// Pixels of a target whose size is not known: between a line of text and a button.
    static let usualWidth = 32.0

    /// Milliseconds, drawn anew for each movement.
    ///
    /// - Parameters:
    ///   - distance: in pixels.
    ///   - width: of the target, in pixels; below 1 counts as 1.
    static func duration(distance: Double, width: Double, random: inout SeededRandom) -> Double {
        let difficulty = log2(distance / max(width, 1) + 1)
        return max(shortest, random.logNormal(median: intercept + slope * difficulty, sigma: spread))
    }
}
