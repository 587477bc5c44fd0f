/// Keys and buttons that this agent has pressed on the X server and not released yet.
///
/// It outlives connections: a server that is still there when a connection breaks keeps them pressed, and so they are
/// released on the next one. To a new server, and to one where somebody else has released them, that means nothing.
/// Confined to the actor that owns it.
final class HeldInput {
    /// By the gesture at hand, in the order they were pressed.
    private(set) var keycodes: [UInt8] = []
    private(set) var buttons: [PointerButton] = []
    /// Pressed because a client asked for just that; released when a client asks for it, and when the agent stops.
    private(set) var keptButtons: Set<PointerButton> = []

    /// Whether something is pressed that must not be when its gesture has ended.
    var isEmpty: Bool { keycodes.isEmpty && buttons.isEmpty }

    func press(_ keycode: UInt8, on session: InputSession) {
        keycodes.append(keycode)
        session.setKey(keycode, isPressed: true)
    }

    func release(_ keycode: UInt8, on session: InputSession) {
        session.setKey(keycode, isPressed: false)
        keycodes.removeAll { $0 == keycode }
    }

    func press(_ button: PointerButton, on session: InputSession) {
        buttons.append(button)
        session.setButton(button, isPressed: true)
    }

    func release(_ button: PointerButton, on session: InputSession) {
        session.setButton(button, isPressed: false)
        buttons.removeAll { $0 == button }
        keptButtons.remove(button)
    }

    /// The gesture at hand ends, and its buttons stay pressed.
    func keepButtons() {
        keptButtons.formUnion(buttons)
        buttons = []
    }

    /// Buttons first, as a person lets go of what was dragged before letting go of the keys.
    func releaseAll(on session: InputSession) {
        for button in buttons.reversed() { session.setButton(button, isPressed: false) }
        for keycode in keycodes.reversed() { session.setKey(keycode, isPressed: false) }
    }

    /// What `releaseAll` has sent has arrived.
    func forget() {
        (buttons, keycodes) = ([], [])
    }
}
