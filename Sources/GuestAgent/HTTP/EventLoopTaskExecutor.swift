import NIOCore

/// Runs tasks on the thread of an event loop.
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

extension AgentRequestContext {
    /// Runs `body`, wherever it does not wait, on the thread that serves the connection: for transfers, which go back
    /// and forth between the connection and the disk and would otherwise wake a third thread each time.
    ///
    /// `body` must not block or compute for long, like anything on an event loop.
    func onEventLoop<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withTaskExecutorPreference(EventLoopTaskExecutor(channel.eventLoop)) { try await body() }
    }
}
