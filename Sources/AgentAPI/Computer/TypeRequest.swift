/// The body of /computer/type.
package struct TypeRequest: Codable, Sendable {
    package let text: String
    /// Milliseconds between characters.
    package let delay: Int?
    package let smooth: Bool?
    /// 0…0.10; only looked at for smooth typing.
    package let typoChance: Double?

    enum CodingKeys: String, CodingKey {
        case text, delay, smooth
        case typoChance = "typo_chance"
    }
}
