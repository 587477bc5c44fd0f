import AgentCore

/// Repeats what finds an upstream unavailable until it is there, for a limited time.
struct Hold: Sendable {
    let timeout: Duration

    /// Runs `attempt` until it throws anything but `unavailable`, ever more slowly, 200 ms apart at most.
    ///
    /// - Throws: what the last attempt threw, `CancellationError`.
    func run<Result>(_ attempt: () async throws -> Result) async throws -> Result {
        let deadline = ContinuousClock.now + timeout
        var pause = Duration.milliseconds(25)
        while true {
            do {
                return try await attempt()
            } catch let error as AgentError where error.code == .unavailable {
                let left = deadline - ContinuousClock.now
                guard left > .zero else { throw error }
                try await Task.sleep(for: min(pause, left))
                pause = min(pause * 2, .milliseconds(200))
            }
        }
    }
}
