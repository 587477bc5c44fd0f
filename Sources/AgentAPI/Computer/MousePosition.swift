/// The answer of /computer/get_mouse_position: screen pixels, origin top left.
package struct MousePosition: Codable, Sendable {
    let x: Int
    let y: Int

    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}
