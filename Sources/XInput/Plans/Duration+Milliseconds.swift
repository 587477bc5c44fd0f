/// Plans are worked out in milliseconds, as the figures for people's movements are given, and carried out in durations.
extension Duration {
    /// To whole microseconds.
    static func rounded(milliseconds: Double) -> Duration {
        .microseconds(Int64((milliseconds * 1000).rounded()))
    }

    var inMilliseconds: Double { self / .milliseconds(1) }
}
