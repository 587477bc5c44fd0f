import AgentCore

/// A thread that may wait for disks, and for `/proc`, so that nobody else has to.
actor WaitingThread {
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let thread: ThreadExecutor

    /// Throws `unavailable` when there is no thread to be had.
    init() throws(AgentError) { thread = try ThreadExecutor(name: "process-reads") }

    func run<Result: Sendable>(_ body: @Sendable () throws -> Result) rethrows -> Result {
        try body()
    }
}
