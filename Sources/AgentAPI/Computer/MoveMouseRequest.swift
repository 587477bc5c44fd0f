/// The body of /computer/move_mouse. Coordinates are screen pixels, origin top left.
package struct MoveMouseRequest: Codable, Sendable {
    package let x: Int
    package let y: Int
    package let holdKeys: [String]?
    package let smooth: Bool?
    /// Milliseconds, 50…5000; only looked at for smooth moves.
    package let durationMilliseconds: Int?

    enum CodingKeys: String, CodingKey {
        case x, y, smooth
        case holdKeys = "hold_keys"
        case durationMilliseconds = "duration_ms"
    }
}
