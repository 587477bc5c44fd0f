package typealias DragMouseRequest = PointerRequest<DragMouse>

/// The body of /computer/drag_mouse.
package struct DragMouse: Codable, Sendable {
    /// Each of x and y.
    package let path: [[WholeNumber]]
    package let button: String?
    /// Milliseconds between pressing and moving.
    package let delay: Int?
    // Of drags that are not smooth only:
    package let stepsPerSegment: Int?
    package let stepDelayMilliseconds: Int?

    enum CodingKeys: String, CodingKey {
        case path, button, delay
        case stepsPerSegment = "steps_per_segment"
        case stepDelayMilliseconds = "step_delay_ms"
    }
}
