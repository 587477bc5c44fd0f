import AgentCore

/// One key, or several pressed together: "ctrl", "Shift_L", "a", "é", "ctrl+shift+t", "Ctrl+-".
struct KeySequence: Equatable {
    /// More than any combination of named keys has.
    private static let longestText = 256

    let keysyms: [Keysym]

    /// Reads names as `KeyNames` knows them, joined with `+`; blanks around names do not count. `+` by itself, or after
    /// a joining one, is the plus key.
    ///
    /// Throws `invalidArgument` naming what is not a key, with the nearest name that is one.
    init(parsing text: String) throws {
        guard text.utf8.count <= Self.longestText else {
            throw AgentError.invalidArgument(
                "a key sequence may have at most \(Self.longestText) bytes, not \(text.utf8.count)")
        }
        keysyms = try Self.names(in: text).map { try Self.keysym(named: $0, in: text) }
    }

    private static func keysym(named name: String, in text: String) throws(AgentError) -> Keysym {
        do {
            return try KeyNames.keysym(named: name)
        } catch {
            guard name != text else { throw error }
            throw .invalidArgument("key sequence \"\(text)\": \(error.message)")
        }
    }

    private static func names(in text: String) throws(AgentError) -> [String] {
        // A blank, a tab and a line break are keys too.
        if text.unicodeScalars.count == 1 { return [text] }
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
            throw AgentError.invalidArgument(
                "key sequence \"\(text)\" names no key, or ends in a + that joins nothing (\"ctrl++\" is ctrl and plus)"
            )
        }
        return names
    }

    private static func trimmed(_ name: String) -> String {
        String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
