package import AgentCore

/// What this target asks of the browser over the DevTools protocol; the composition provides it.
package protocol DevTools: Sendable {
    /// The browser's endpoint, new with every start of the browser, after a round trip on it.
    ///
    /// Throws `unavailable` while the browser is not there.
    func verifiedEndpoint() async throws -> String

    /// Runs `body` with a connection to the browser. Throws `unavailable` while the browser is not there.
    func withConnection<Result: Sendable>(
        _ body: @Sendable (any DevToolsConnection) async throws -> Result
    ) async throws -> Result
}

/// A connection to the browser's endpoint.
package protocol DevToolsConnection: Sendable {
    /// Carries a command out and returns its result.
    ///
    /// - Parameter session: of a target, from `Target.attachToTarget`; `nil` for the browser itself.
    /// - Throws: `badGateway` with the browser's message when it refuses; `unavailable` when it goes away.
    @discardableResult
    func call(_ method: String, _ parameters: [String: JSONValue], session: String?) async throws -> JSONValue
}

extension DevToolsConnection {
    @discardableResult
    func call(_ method: String, _ parameters: [String: JSONValue] = [:]) async throws -> JSONValue {
        try await call(method, parameters, session: nil)
    }
}
