import AgentCore

/// A text to type, and how.
package struct Typing: Equatable, Sendable {
    package enum Style: Equatable, Sendable {
        /// Each key is pressed and released at once, `delay` after the one before.
        case plain(delay: Duration = .zero)
        /// As a person types: the same each time for the same seed.
        ///
        /// - typoChance: 0 to 1, for each letter: mistakes are noticed and taken back.
        /// - wordsPerMinute: 5 to 300, of five characters each; without, 90.
        case human(seed: UInt64, typoChance: Double = 0, wordsPerMinute: Double? = nil)
    }

    /// In Unicode scalars. More is for the clipboard.
    package static let longestText = 100_000

    package let text: String
    package let style: Style

    package init(_ text: String, style: Style = .plain()) {
        self.text = text
        self.style = style
    }

    /// What is pressed and when: a pure function of the text and the style.
    ///
    /// Throws `invalidArgument` for a text that is too long, or has a control character that no key types.
    package func plan() throws -> KeyPlan {
        let count = text.unicodeScalars.count
        guard count <= Self.longestText else {
            throw AgentError.invalidArgument(
                "text has \(count) characters; it may have at most \(Self.longestText): paste longer ones")
        }
        for scalar in text.unicodeScalars { _ = try Keysym(typing: scalar) }
        switch style {
        case .plain(let delay): return .plain(text, delay: delay)
        case .human(let seed, let typoChance, let wordsPerMinute):
            var random = SeededRandom(seed: seed)
            return .typing(text, typoChance: typoChance, wordsPerMinute: wordsPerMinute, random: &random)
        }
    }
}

extension KeyPlan.Key {
    /// Throws `invalidArgument` for a control character that no key types.
    var keysym: Keysym {
        get throws {
            switch self {
            case .character(let scalar): try Keysym(typing: scalar)
            case .backspace: try Keysym(typing: "\u{8}")
            }
        }
    }
}
