import AgentCore

/// Keys to press, each named as `xdotool` names keys, or several joined with `+`.
package struct KeyPress: Equatable, Sendable {
    /// No key is held longer, since all other input waits for it.
    package static let longestDuration = PointerGesture.longestDuration
    /// More than anybody presses at once.
    private static let mostKeys = 1000

    package let keys: [String]
    /// Zero: the keys are tapped one after another. Longer: all are held down together for that long.
    package let duration: Duration
    /// Held down around it all.
    package let heldKeys: [String]

    package init(_ keys: [String], for duration: Duration = .zero, holding heldKeys: [String] = []) {
        self.keys = keys
        self.duration = duration
        self.heldKeys = heldKeys
    }

    /// Throws `invalidArgument` naming the field that is out of range.
    func validate() throws {
        guard !keys.isEmpty else { throw AgentError.invalidArgument("keys is empty; name at least one key") }
        guard keys.count <= Self.mostKeys else {
            throw AgentError.invalidArgument("keys has \(keys.count) entries; it may have at most \(Self.mostKeys)")
        }
        guard (.zero...Self.longestDuration).contains(duration) else {
            throw AgentError.invalidArgument(
                "duration is \(Int(duration / .milliseconds(1))); it must be from 0 to "
                    + "\(Int(Self.longestDuration / .milliseconds(1))) milliseconds")
        }
    }
}
