/// The body of /computer/press_key.
package struct PressKeyRequest: Codable, Sendable {
    package let keys: [String]
    /// Milliseconds.
    package let duration: Int?
    package let holdKeys: [String]?

    enum CodingKeys: String, CodingKey {
        case keys, duration
        case holdKeys = "hold_keys"
    }
}
