/// When a mouse reports where it is: about 125 times a second, unevenly, as the reports of USB mice reach a program.
struct EventClock: Sendable {
    /// Milliseconds.
    private static let meanGap = 7.8
    private static let gaps = 2.0...25.0
    private static let shape = 3.5
    /// Milliseconds: a report closer to the end is left to the one at the end.
    private static let lastGap = 4.0
    /// However long a movement takes, it has about as many events at most.
    private static let maximumEvents = 2000.0

    private let end: Double
    /// 1 but for movements of many seconds, whose events are farther apart.
    private let stretch: Double
    private var time = 0.0

    /// - Parameter end: in milliseconds from the beginning.
    init(until end: Double) {
        self.end = end
        stretch = max(1, end / (Self.maximumEvents * Self.meanGap))
    }

    /// Milliseconds from the beginning; nil when the rest is up to the event at the end, which the clock does not give.
    mutating func next(random: inout SeededRandom) -> Double? {
        time += stretch * Self.gaps.clamp(random.gamma(shape: Self.shape, mean: Self.meanGap))
        return time < end - Self.lastGap ? time : nil
    }
}
