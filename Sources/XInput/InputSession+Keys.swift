extension InputSession {
    /// As `KeyboardLayout.keycodes`; the layout is not looked at when there is nothing to hold.
    func keycodes(toHold sequences: [KeySequence]) throws -> [UInt8] {
        sequences.isEmpty ? [] : try readLayout().keycodes(toHold: sequences)
    }
}
