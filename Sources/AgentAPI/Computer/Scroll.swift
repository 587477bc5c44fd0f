package typealias ScrollRequest = PointerRequest<Scroll>

/// The body of /computer/scroll.
package struct Scroll: Codable, Sendable {
    package let x: Int
    package let y: Int
    /// Ticks of the wheel: positive is to the right, and down.
    package let deltaX: Int?
    package let deltaY: Int?

    enum CodingKeys: String, CodingKey {
        case x, y
        case deltaX = "delta_x"
        case deltaY = "delta_y"
    }
}
