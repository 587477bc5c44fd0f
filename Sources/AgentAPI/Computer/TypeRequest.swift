/// The body of /computer/type.
package struct TypeRequest: Codable, Sendable {
    package let text: String
    /// As a person types; true when left out.
    package let smooth: Bool?
    /// Milliseconds between characters; only looked at for typing that is not smooth.
    package let delay: Int?
    // Of smooth typing only:
    /// 0…0.10.
    package let typoChance: Double?
    package let wordsPerMinute: Double?
    package let seed: Int?
    /// Whether to answer what would be sent, and send nothing.
    package let dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case text, delay, smooth, seed
        case typoChance = "typo_chance"
        case wordsPerMinute = "words_per_minute"
        case dryRun = "dry_run"
    }
}
