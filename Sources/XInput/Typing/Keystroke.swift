/// One key pressed and released while some modifier keys are held.
struct Keystroke: Equatable, Sendable {
    /// An X keycode, 8...255.
    let keycode: UInt8
    /// The keycodes of the modifier keys to hold, in the order to press them.
    let modifiers: [UInt8]

    init(_ keycode: UInt8, holding modifiers: [UInt8] = []) {
        self.keycode = keycode
        self.modifiers = modifiers
    }
}
