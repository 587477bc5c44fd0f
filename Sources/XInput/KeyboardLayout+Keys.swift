import AgentCore
import CX11

extension KeyboardLayout {
    /// The keycodes that hold down all of `sequences`, in order and each once, modifiers that a key needs included.
    ///
    /// Throws `invalidArgument` for a key that neither the layout has nor a spare key has been given.
    func keycodes(toHold sequences: [KeySequence]) throws -> [UInt8] {
        var keycodes: [UInt8] = []
        for keysym in sequences.flatMap(\.keysyms) {
            guard let stroke = strokes[keysym] ?? spareKeys.stroke(for: keysym) else {
                throw AgentError.invalidArgument("the present keyboard layout has no key for \"\(keysym.name)\"")
            }
            for keycode in stroke.modifiers + [stroke.keycode] where !keycodes.contains(keycode) {
                keycodes.append(keycode)
            }
        }
        return keycodes
    }
}

extension Keysym {
    fileprivate var name: String { XKeysymToString(value).map { String(cString: $0) } ?? "\(value)" }
}
