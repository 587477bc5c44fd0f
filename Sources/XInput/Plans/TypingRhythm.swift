/// How long the hands of a touch typist take from each key to the next, and hold it.
///
/// Intervals are log-logistic beyond a least time, which fits the keystrokes of people best, around a median that depends
/// on the hands and fingers of the two keys. Holds are drawn on their own. Where the next key is pressed before the last
/// is released, the keys roll over: a third of them at the usual speed, more at a higher, as in the 136 million
/// keystrokes of Dhakal et al. (CHI 2018).
struct TypingRhythm: Sendable {
    /// Of a practised typist. A word is five characters.
    private static let usualWordsPerMinute = 90.0
    private static let wordsPerMinute = 5.0...300.0
    /// The median of an interval between two hands' keys is this share of the mean of all intervals: the rest are the
    /// slower ones, the long tails, and the pauses between words.
    private static let medianShare = 0.75
    /// Of the median: what no interval is shorter than, and what none is longer than.
    private static let interval = (least: 0.35, most: 5.0, shape: 3.4)
    /// Milliseconds.
    private static let shortestInterval = 30.0
    /// Milliseconds a key is held: the median at a speed of none and its share of the interval, then its bounds.
    private static let hold = (base: 60.0, share: 0.27, medians: 70.0...115.0, sigma: 0.2, range: 35.0...190.0)

    /// Milliseconds from key to key, on average.
    let meanInterval: Double

    /// - Parameter wordsPerMinute: 5 to 300; beyond, the nearer of them. Mistakes and what they take come on top.
    init(wordsPerMinute: Double?) {
        let speed = Self.wordsPerMinute.clamp(wordsPerMinute ?? Self.usualWordsPerMinute)
        meanInterval = 60_000 / (speed * 5)
    }

    /// Milliseconds from press to press.
    func interval(from previous: KeyPlan.Key, to next: KeyPlan.Key, random: inout SeededRandom) -> Double {
        let median = meanInterval * Self.medianShare * Self.effort(from: previous, to: next)
        let beyond = random.logLogistic(median: median * (1 - Self.interval.least), shape: Self.interval.shape)
        return max(Self.shortestInterval, min(median * Self.interval.least + beyond, median * Self.interval.most))
    }

    /// Milliseconds from press to release, if nothing is in the way.
    func hold(random: inout SeededRandom) -> Double {
        let median = Self.hold.medians.clamp(Self.hold.base + Self.hold.share * meanInterval)
        return Self.hold.range.clamp(random.logNormal(median: median, sigma: Self.hold.sigma))
    }

    /// Milliseconds of thought before a key, beside the interval: at the beginning of a word, a clause, a sentence, a
    /// line.
    ///
    /// - Parameter characters: the last two before it.
    func pause(after characters: [Unicode.Scalar], random: inout SeededRandom) -> Double {
        let usual = 60_000 / (Self.usualWordsPerMinute * 5)
        return Self.thought(after: characters).map { $0.draw(&random) * meanInterval / usual } ?? 0
    }
}

extension TypingRhythm {
    /// The effort of getting from key to key, as shares of that between two hands.
    private enum Effort {
        static let otherHand = 1.0
        static let thumb = 0.95
        static let sameHand = 1.18
        static let sameFinger = 1.55
        static let sameKey = 1.05
        /// For each row between two keys of one hand.
        static let row = 0.12
        static let digit = 0.4
        static let shift = 0.4
        /// Where the character has no key of its own.
        static let elsewhere = 1.8
    }

    private static func effort(from previous: KeyPlan.Key, to next: KeyPlan.Key) -> Double {
        guard previous != next else { return Effort.sameKey }
        guard let from = previous.place, let to = next.place else {
            return previous == .backspace || next == .backspace ? Effort.sameHand : Effort.elsewhere
        }
        let extra = (to.row == 0 ? Effort.digit : 0) + (from.isShifted != to.isShifted ? Effort.shift : 0)
        return reach(from: from, to: to) + extra
    }

    private static func reach(from: QwertyKeyboard.Place, to: QwertyKeyboard.Place) -> Double {
        guard from.finger != .thumb, to.finger != .thumb else { return Effort.thumb }
        guard from.isLeft == to.isLeft else { return Effort.otherHand }
        if from.key == to.key { return Effort.sameKey }
        let fingers = from.finger == to.finger ? Effort.sameFinger : Effort.sameHand
        return fingers + Effort.row * Double(abs(from.row - to.row))
    }

    private static let wordPause = TimeDistribution(median: 35, sigma: 0.7, range: 0...400)
    private static let clausePause = TimeDistribution(median: 110, sigma: 0.5, range: 30...600)
    private static let sentencePause = TimeDistribution(median: 240, sigma: 0.5, range: 80...1200)
    private static let linePause = TimeDistribution(median: 320, sigma: 0.5, range: 100...1500)

    private static func thought(after characters: [Unicode.Scalar]) -> TimeDistribution? {
        guard let last = characters.last else { return nil }
        if last == "\n" { return linePause }
        guard last == " " || last == "\t" else { return nil }
        switch characters.dropLast().last {
        case ".", "!", "?": return sentencePause
        case ",", ";", ":": return clausePause
        default: return wordPause
        }
    }
}

extension KeyPlan.Key {
    /// On a US keyboard; nil for Backspace and for what is not on it.
    var place: QwertyKeyboard.Place? {
        guard case .character(let scalar) = self else { return nil }
        return QwertyKeyboard.place(of: scalar)
    }
}
