/// The body of /computer/cursor.
package struct SetCursorRequest: Codable, Sendable {
    package let hidden: Bool
}
