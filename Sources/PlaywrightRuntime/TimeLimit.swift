/// Runs `body`, and cancels its task once `limit` has passed. Waits for its end in either case.
///
/// - Returns: what `body` has returned, `nil` if it has thrown `CancellationError` at the limit; and whether the limit
///   was reached.
/// - Throws: what `body` throws otherwise.
func limited<Result: Sendable>(
    to limit: Duration, _ body: @escaping @Sendable () async throws -> Result
) async throws -> (result: Result?, ranOut: Bool) {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try? await Task.sleep(for: limit)
            return nil
        }
        if let result = try await group.next() ?? nil {
            group.cancelAll()
            return (result, false)
        }
        // Time has run out, or the caller was cancelled.
        group.cancelAll()
        do {
            return (try await group.next() ?? nil, !Task.isCancelled)
        } catch is CancellationError where !Task.isCancelled {
            return (nil, true)
        }
    }
}
