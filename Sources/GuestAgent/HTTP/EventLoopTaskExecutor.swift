import NIOCore

/// Runs tasks on the thread of an event loop.
///
/// Each connection of the API is served on the thread that reads and writes it: small requests, which most are, then
/// change threads only to do what the agent has threads for. What is done here must not block, and must not compute
/// for long, like anything on an event loop; see `computing`.
final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Runs work whose time grows with `bytes`, and does so away from the event loop when there are many of them: other
/// connections would have to wait for it.
func computing<Result: Sendable>(
    on bytes: Int, _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    /// Worked off in about 100 µs, a few times what changing threads takes.
    let fewBytes = 32 * 1024
    guard bytes > fewBytes else { return try body() }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) { try body() }
}
