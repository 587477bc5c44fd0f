/// Keycodes the layout leaves free, for characters it lacks.
struct SpareKeys: Equatable, Sendable {
    struct Key: Equatable, Sendable {
        let keycode: UInt8
        /// `Keysym.none` for a key that has no meaning.
        var keysym: Keysym
    }

    /// Least recently used first.
    private(set) var keys: [Key] = []

    mutating func append(_ key: Key) { keys.append(key) }

    func stroke(for keysym: Keysym) -> Keystroke? {
        keys.first { $0.keysym == keysym }.map { Keystroke($0.keycode) }
    }

    /// Puts each of `wanted` onto a key, leaving those alone that are on one, and taking the keys for the others from
    /// what has not been used for longest.
    ///
    /// - Parameter wanted: distinct keysyms, no more than there are keys.
    /// - Returns: the keys whose mapping has to change, with what they are to produce.
    mutating func assign(_ wanted: [Keysym]) -> [Key] {
        let (kept, others) = (keys.filter { wanted.contains($0.keysym) }, keys.filter { !wanted.contains($0.keysym) })
        let present = Set(kept.map(\.keysym))
        let changed = zip(others, wanted.filter { !present.contains($0) }).map {
            Key(keycode: $0.keycode, keysym: $1)
        }
        keys = Array(others.dropFirst(changed.count)) + kept + changed
        return changed
    }
}

extension SpareKeys {
    /// Recognises a spare key by its row of the keyboard map: `none` when it is empty; the character when it has one and
    /// the same on both levels, as `InputSession.remap` leaves it, should the agent have been killed while it typed;
    /// `nil` for a key of the layout. The space bar, which has the same on every level by nature, is a key of the layout.
    static func keysym(ofRow row: [Keysym]) -> Keysym? {
        let present = row.filter { $0 != .none }
        guard let first = present.first else { return Keysym.none }
        guard present.count > 1, present.allSatisfy({ $0 == first }), row.starts(with: [first, first]) else {
            return nil
        }
        return first.scalar.flatMap { $0.properties.isWhitespace ? nil : first }
    }
}
