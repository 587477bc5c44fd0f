package typealias MoveMouseRequest = PointerRequest<MoveMouse>

/// The body of /computer/move_mouse.
package struct MoveMouse: Codable, Sendable {
    package let x: Int
    package let y: Int
}
