import AgentCore
import NIOPosix

/// Runs blocking work on threads that may wait.
///
/// Work once begun is always waited for, so that nothing it uses (a descriptor, above all) can be taken away under it.
struct BlockingPool: Sendable {
    private let threads: NIOThreadPool

    init(threads: NIOThreadPool) {
        self.threads = threads
    }

    /// Runs `body`, unless the task is cancelled already: then it throws `CancellationError` and runs nothing.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable () throws(AgentError) -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            threads.submit { state in
                guard state == .active else {
                    return continuation.resume(throwing: AgentError.unavailable("the agent is shutting down"))
                }
                continuation.resume(with: Swift.Result(catching: body).mapError { $0 as any Error })
            }
        }
    }

    /// Runs `body` even in a cancelled task: for what must be tidied up.
    func runAlways(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            threads.submit { _ in
                body()
                continuation.resume()
            }
        }
    }

    /// Has `body` run, and waits for nothing. It does not run any more when the agent is shutting down.
    func start(_ body: @escaping @Sendable () -> Void) {
        threads.submit { if $0 == .active { body() } }
    }
}
