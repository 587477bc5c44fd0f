import AgentCore
import CX11

extension InputSession {
    /// The keycodes that hold down all of `sequences`, in order and each once, modifiers that a key needs included.
    ///
    /// Throws `invalidArgument` for a key the present layout does not have.
    func keycodes(toHold sequences: [KeySequence]) throws -> [UInt8] {
        guard !sequences.isEmpty else { return [] }
        let layout = layout()
        var keycodes: [UInt8] = []
        for keysym in sequences.flatMap(\.keysyms) {
            guard let stroke = layout.strokes[keysym] ?? layout.spareKeys.stroke(for: keysym) else {
                let name = XKeysymToString(keysym.value).map { String(cString: $0) } ?? "\(keysym.value)"
                throw AgentError.invalidArgument("the present keyboard layout has no key for \"\(name)\"")
            }
            for keycode in stroke.modifiers + [stroke.keycode] where !keycodes.contains(keycode) {
                keycodes.append(keycode)
            }
        }
        return keycodes
    }
}
