/// What there is for a client that is attached to a terminal.
enum TerminalNews {
    case bytes([UInt8])
    /// Everything has been read, and the process has exited.
    case exited(ExitStatus)
    /// Another client has taken the holder's place.
    case replaced
    case nothing

    /// How many bytes it brings.
    var count: Int {
        if case .bytes(let bytes) = self { bytes.count } else { 0 }
    }
}
