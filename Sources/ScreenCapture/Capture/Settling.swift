import AgentCore

/// How long to wait for a screen that does not change any more.
package struct Settling: Sendable, Equatable {
    /// What may be asked for.
    package static let quietLimit = Duration.seconds(10)
    package static let patienceLimit = Duration.seconds(30)

    /// How long no pixel may change.
    package let quiet: Duration
    /// How long to wait for that at most.
    package let patience: Duration

    /// - Parameter patience: five seconds more than `quiet` by default.
    ///
    /// Throws `invalidArgument`, naming the field of the API, when one is out of range or `patience` is the shorter.
    package init(quiet: Duration, patience: Duration? = nil) throws {
        let patience = patience ?? quiet + .seconds(5)
        guard quiet >= .zero, quiet <= Self.quietLimit else {
            throw AgentError.invalidArgument("field wait_for_stable_ms must be from 0 to 10000")
        }
        guard patience >= .zero, patience <= Self.patienceLimit else {
            throw AgentError.invalidArgument("field timeout_ms must be from 0 to 30000")
        }
        guard patience >= quiet else {
            throw AgentError.invalidArgument(
                "field timeout_ms must not be less than wait_for_stable_ms, or the screen never counts as stable")
        }
        (self.quiet, self.patience) = (quiet, patience)
    }
}
