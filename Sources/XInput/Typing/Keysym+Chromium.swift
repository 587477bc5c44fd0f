extension Keysym {
    /// Whether Chromium takes the key for another than it is: when it looks for those that begin a composition it reads
    /// only the last four hexadecimal digits of a keysym.
    var isMistakenByChromium: Bool {
        guard value > 0x0100_0000 else { return false }
        switch value & 0xffff {
        // The accent of Greek keyboards, the dead keys, Compose.
        case 0x07ae, 0xfe50...0xfe8c, 0xff20: return true
        default: return false
        }
    }
}
