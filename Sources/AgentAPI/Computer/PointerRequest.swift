/// An action of the mouse and how it is to be made: one flat JSON object. Coordinates are pixels of the screen, origin
/// top left.
package struct PointerRequest<Action: Codable & Sendable>: Codable, Sendable {
    package let action: Action
    package let options: PointerOptions

    package init(from decoder: any Decoder) throws {
        action = try Action(from: decoder)
        options = try PointerOptions(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try action.encode(to: encoder)
        try options.encode(to: encoder)
    }
}

/// What all actions of the mouse have in common.
package struct PointerOptions: Codable, Sendable {
    package let holdKeys: [String]?
    /// As a person does it; true when left out.
    package let smooth: Bool?
    // Of smooth actions only:
    package let durationMilliseconds: Int?
    /// Pixels.
    package let targetWidth: Double?
    package let seed: Int?
    /// Whether to answer what would be sent, and send nothing.
    package let dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case smooth, seed
        case holdKeys = "hold_keys"
        case durationMilliseconds = "duration_ms"
        case targetWidth = "target_width"
        case dryRun = "dry_run"
    }
}
