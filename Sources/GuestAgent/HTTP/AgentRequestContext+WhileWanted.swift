import ServiceLifecycle

extension AgentRequestContext {
    /// Runs `body` and cancels it when the client leaves, and when the agent begins to stop: for what would otherwise
    /// hold up either.
    func whileWanted<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await cancellingWhenClientLeaves { try await cancelWhenGracefulShutdown(body) }
    }
}
