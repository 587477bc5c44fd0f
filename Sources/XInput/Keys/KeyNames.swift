import AgentCore
import CX11

/// What keys are called: by the character they type, by the names of X, and by what people and browsers say.
enum KeyNames {
    /// Vendors' keysyms above have their own names too, but no keyboard of today has the keys.
    private static let namedRanges: [ClosedRange<UInt>] = [
        0x20...0xff, 0xfd00...0xffff, 0x100...0x1fff, 0x20a0...0x20ff, 0x1008_fe00...0x1008_ffff,
        0x1008_1000...0x1008_12ff,
    ]

    /// Keysyms have 29 bits (X11 protocol, "Keysyms").
    private static let largestKeysym: UInt = 0x1fff_ffff

    /// The names Xlib gives keysyms, characters and function keys first. A keysym with two names has only its first.
    private static let names: [String] = namedRanges.joined().compactMap { value in
        XKeysymToString(value).map { String(cString: $0) }
    }

    /// What a name that is none may have been meant to be.
    private static let suggestions: [(name: String, spelling: Spelling)] =
        (KeyAliases.suggestions + names).filter { $0.utf8.count > 1 }.map { ($0, Spelling($0)) }

    private static let namesByLowercase: [String: [String]] = Dictionary(grouping: names) { $0.lowercased() }

    /// The keysym that `name` stands for. In this order it is
    /// - one character: "a", "A", "é", "+", "-";
    /// - an X keysym name, written exactly: "Return", "XF86AudioPlay", "U20AC", "0xff0d";
    /// - a short or a browser's name (`KeyAliases`), in any letter case: "ctrl", "Enter", "ArrowLeft";
    /// - an X keysym name in any letter case, if only one key can be meant.
    ///
    /// Throws `invalidArgument` for anything else, with the nearest name if one is near.
    static func keysym(named name: String) throws(AgentError) -> Keysym {
        let scalars = name.unicodeScalars
        if scalars.count == 1, let scalar = scalars.first { return try keysym(typing: scalar) }
        if let keysym = exact(name) ?? KeyAliases.names[name.lowercased()].flatMap(exact) ?? exact(numbered(name)) {
            return keysym
        }
        let alternatives = namesByLowercase[name.lowercased()] ?? []
        let keysyms = Set(alternatives.compactMap(exact))
        if keysyms.count == 1, let keysym = keysyms.first { return keysym }
        throw keysyms.isEmpty ? unknown(name) : ambiguous(name, between: alternatives)
    }

    private static func keysym(typing scalar: Unicode.Scalar) throws(AgentError) -> Keysym {
        do {
            return try Keysym(typing: scalar)
        } catch {
            let code = String(scalar.value, radix: 16, uppercase: true)
            throw AgentError.invalidArgument("no key types the control character 0x\(code)")
        }
    }

    private static func exact(_ name: String) -> Keysym? {
        let value = XStringToKeysym(name)
        return value == 0 || value > largestKeysym ? nil : Keysym(UInt(value))
    }

    /// "u20ac" and "0XFF0D" as Xlib writes them.
    private static func numbered(_ name: String) -> String {
        if name.hasPrefix("u") { return "U" + name.dropFirst() }
        if name.hasPrefix("0X") { return "0x" + name.dropFirst(2) }
        return name
    }

    private static func ambiguous(_ name: String, between alternatives: [String]) -> AgentError {
        let list = alternatives.map { "\"\($0)\"" }.joined(separator: " or ")
        return .invalidArgument("\"\(name)\" is more than one key: write \(list)")
    }

    private static func unknown(_ name: String) -> AgentError {
        if let nearest = nearest(to: name) {
            return .invalidArgument("\"\(name)\" is not a key; did you mean \"\(nearest)\"?")
        }
        return .invalidArgument(
            "\"\(name)\" is not a key; use X keysym names such as Return, F5, ctrl, or one character")
    }

    /// The known name that takes the fewest slips of the finger; `nil` when it would be a guess.
    private static func nearest(to name: String) -> String? {
        let typed = Spelling(name)
        var best: (name: String, distance: Int)?
        for (candidate, spelling) in suggestions {
            let limit = best.map { $0.distance - 1 } ?? typed.tolerance
            guard let distance = typed.distance(to: spelling, limit: limit) else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }
}
