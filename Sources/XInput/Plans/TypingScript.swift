/// The keys a person presses to type a text, mistakes and corrections included, before they have times.
struct TypingScript: Sendable {
    struct Entry: Equatable, Sendable {
        let key: KeyPlan.Key
        /// Milliseconds of thought before it, beside the time the hands need.
        var pause = 0.0
    }

    private(set) var entries: [Entry] = []
    private var pauseBeforeNext = 0.0

    /// - Parameter typoChance: for each letter; 0 to 1.
    init(_ text: String, typoChance: Double, random: inout SeededRandom) {
        let scalars = Self.scalars(of: text)
        var index = 0
        while index < scalars.count {
            if scalars.count > 1, random.chance(typoChance), let typo = Typo(in: scalars[index...], random: &random) {
                append(typo, before: scalars[index...], random: &random)
            }
            append(.character(scalars[index]))
            index += 1
        }
    }

    /// A line break is one press of Return, however it is written.
    static func scalars(of text: String) -> [Unicode.Scalar] {
        var previous: Unicode.Scalar?
        return text.unicodeScalars.compactMap { scalar in
            defer { previous = scalar }
            if scalar == "\n", previous == "\r" { return nil }
            return scalar == "\r" ? "\n" : scalar
        }
    }
}

extension TypingScript {
    /// Milliseconds until a mistake is noticed.
    private static let noticing = TimeDistribution(median: 330, sigma: 0.35, range: 150...900)
    /// Milliseconds between the last Backspace and the right character.
    private static let resuming = TimeDistribution(median: 80, sigma: 0.3, range: 40...250)
    /// Chances of typing on for none, one, … characters before the mistake is noticed.
    private static let typedOn = [0.65, 0.25, 0.10]

    /// The mistake and what takes it back. What was wrong is typed right by what follows.
    private mutating func append(
        _ typo: Typo, before rest: ArraySlice<Unicode.Scalar>, random: inout SeededRandom
    ) {
        let behind = rest.dropFirst(typo.covered).prefix { !QwertyKeyboard.neighbours(of: $0).isEmpty }
        let wrong = typo.typed + behind.prefix(Self.drawTypedOn(&random))
        for scalar in wrong { append(.character(scalar)) }
        pauseBeforeNext = Self.noticing.draw(&random)
        for _ in wrong { append(.backspace) }
        pauseBeforeNext = Self.resuming.draw(&random)
    }

    private mutating func append(_ key: KeyPlan.Key) {
        entries.append(Entry(key: key, pause: pauseBeforeNext))
        pauseBeforeNext = 0
    }

    private static func drawTypedOn(_ random: inout SeededRandom) -> Int {
        let draw = random.unit()
        var sum = 0.0
        return typedOn.firstIndex { chance in
            sum += chance
            return draw < sum
        } ?? 0
    }
}
