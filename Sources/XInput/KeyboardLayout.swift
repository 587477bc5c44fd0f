/// What the keyboard types at present, as plain values.
struct KeyboardLayout: Equatable, Sendable {
    /// The simplest way to produce each keysym with the keys of the layout proper: not with a spare key, whose meaning
    /// may change in the middle of a text.
    var strokes: [Keysym: Keystroke] = [:]
    /// Keycodes the layout leaves free.
    var spareKeys = SpareKeys()
}

/// Keycodes the layout leaves free, and the characters it lacks that have been put onto them.
///
/// The mappings stay on the X server as a cache: the next text, or the next agent, finds them there.
struct SpareKeys: Equatable, Sendable {
    struct Key: Equatable, Sendable {
        let keycode: UInt8
        /// `Keysym.none` for a key that has never been used.
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
