import AgentCore
import CX11

/// Keys named the way xdotool names them: "ctrl", "Shift_L", "a", "é", "ctrl+shift+t".
struct KeySequence: Equatable {
    let keysyms: [Keysym]

    /// Short names for keys whose X name says which of two keys it is; letter case does not matter.
    private static let aliases: [String: String] = [
        "alt": "Alt_L", "ctrl": "Control_L", "control": "Control_L", "meta": "Meta_L", "super": "Super_L",
        "shift": "Shift_L", "enter": "Return", "return": "Return",
    ]

    /// Reads one key, or several joined with `+`; blanks around names do not count. `+` by itself, or after a joining
    /// one, is the plus key, and `-` is the minus key.
    ///
    /// Throws `invalidArgument` naming what is not a key.
    init(parsing text: String) throws {
        keysyms = try Self.names(in: text).map { name in
            guard let keysym = Self.keysym(named: name) else {
                throw AgentError.invalidArgument(
                    "\"\(name)\" is not a key; use X keysym names such as Return, F5, ctrl, or one character")
            }
            return keysym
        }
    }

    private static func names(in text: String) throws -> [String] {
        if text == " " { return [text] }
        var parts = [""]
        for character in text {
            if character == "+", !trimmed(parts[parts.endIndex - 1]).isEmpty {
                parts.append("")
            } else {
                parts[parts.endIndex - 1].append(character)
            }
        }
        let names = parts.map(trimmed)
        guard !names.contains("") else {
            throw AgentError.invalidArgument("\"\(text)\" names no key, or ends in a + that joins nothing")
        }
        return names
    }

    private static func trimmed(_ name: String) -> String {
        String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func keysym(named name: String) -> Keysym? {
        let scalars = name.unicodeScalars
        if scalars.count == 1, let scalar = scalars.first { return try? Keysym(typing: scalar) }
        let value = XStringToKeysym(aliases[name.lowercased()] ?? name)
        return value == 0 ? nil : Keysym(UInt(value))
    }
}
