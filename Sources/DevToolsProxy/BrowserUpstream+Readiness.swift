import AgentCore

extension BrowserUpstream {
    /// Asks Chromium for its version over HTTP and once more over a DevTools connection of its own, without waiting for
    /// a Chromium that is down.
    ///
    /// - Throws: `unavailable` if it does not do both within five seconds each, `badGateway` if it answers nonsense.
    package func check() async throws -> BrowserVersion {
        try await find().version
    }

    /// Whether `check` succeeds.
    package func isReady() async -> Bool {
        (try? await check()) != nil
    }

    /// Waits until a Chromium can be used that was started after `predecessor` was asked for its version: one with
    /// another endpoint, at which `check` succeeds. The clients of the proxies that are held are let in at the same
    /// moment.
    ///
    /// - Parameters:
    ///   - predecessor: what `check` has returned before the restart; `nil` takes any Chromium.
    ///   - timeout: how long to wait, counted from now.
    /// - Throws: `unavailable` or `badGateway` after the timeout, `CancellationError`.
    package func ready(
        after predecessor: BrowserVersion? = nil, within timeout: Duration = .seconds(90)
    ) async throws -> BrowserVersion {
        try await Hold(timeout: timeout).run {
            let version = try await checkAgain()
            guard version.webSocketDebuggerURL != predecessor?.webSocketDebuggerURL else {
                throw AgentError.unavailable("Chromium has not been restarted yet")
            }
            return version
        }
    }

    /// A browser that is being started may answer nonsense for a moment.
    private func checkAgain() async throws -> BrowserVersion {
        do {
            return try await check()
        } catch let error as AgentError where error.code == .badGateway {
            throw AgentError.unavailable(error.message, cause: error.cause)
        }
    }
}
