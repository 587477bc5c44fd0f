import AgentAPI
import XInput

extension Typing {
    /// Milliseconds.
    private static let delays = 0...60_000
    private static let typoChances = 0...0.1
    private static let wordsPerMinute = 10.0...300.0

    /// Throws `invalidArgument` naming the field that cannot be as it is, also where the style does not look at it.
    init(_ request: TypeRequest) throws {
        let delay = try (request.delay ?? 0).checked(in: Self.delays, field: "delay")
        let chance = try (request.typoChance ?? 0).checked(in: Self.typoChances, field: "typo_chance")
        let speed = try request.wordsPerMinute?.checked(in: Self.wordsPerMinute, field: "words_per_minute")
        let seed = try Seed(field: request.seed).value
        self.init(
            request.text,
            style: request.smooth ?? true
                ? .human(seed: seed, typoChance: chance, wordsPerMinute: speed) : .plain(delay: .milliseconds(delay)))
    }

    /// What makes the typing repeatable; `nil` for plain one, which always is.
    var seed: UInt64? {
        if case .human(let seed, _, _) = style { seed } else { nil }
    }
}
