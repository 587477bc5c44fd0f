/// What the keyboard types at present, as plain values.
struct KeyboardLayout: Equatable, Sendable {
    /// The simplest way to produce each keysym with the keys of the layout proper: not with a spare key, whose meaning
    /// may change in the middle of a text.
    var strokes: [Keysym: Keystroke] = [:]
    /// Keycodes the layout leaves free.
    var spareKeys = SpareKeys()
}
