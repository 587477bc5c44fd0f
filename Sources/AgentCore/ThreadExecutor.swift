/// A serial executor that runs its jobs on one thread of its own.
///
/// Actors that must stay on one thread (an X connection, an encoder) use it as their `unownedExecutor`; blocking
/// calls then cost that thread only, never the cooperative pool. The thread ends when the executor is released, after
/// the jobs already queued have run.
package final class ThreadExecutor: SerialExecutor {
    private let queue = JobQueue()

    /// - Parameters:
    ///   - name: shown by `ps -L` and debuggers; the kernel keeps the first 15 bytes.
    ///   - niceness: the thread's scheduling priority (`man 2 setpriority`), lower is more eager; 0 leaves it alone.
    ///     Below 0 it takes a privilege, without which it has no effect.
    ///
    /// Throws `unavailable` when the system gives no more threads.
    package init(name: String, niceness: Int32 = 0) throws(AgentError) {
        let executor = UnownedSerialExecutor(ordinary: self)
        try DetachedThread.start(name: name, niceness: niceness) { [queue] in
            while let work = queue.next() {
                for sleeper in work.awake { sleeper.resume() }
                for job in work.jobs { job.runSynchronously(on: executor) }
            }
        }
    }

    deinit { queue.stop() }

    package func enqueue(_ job: consuming ExecutorJob) {
        queue.append(UnownedJob(job))
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Sleeps until `deadline`. For an actor on this executor it is more punctual than `Task.sleep`: the thread itself
    /// wakes at that moment, and runs the actor's other jobs until then.
    ///
    /// Throws `CancellationError` when the task is cancelled, before or meanwhile.
    package func sleep(until deadline: ContinuousClock.Instant) async throws {
        try Task.checkCancellation()
        guard deadline > .now else { return }
        let id = queue.takeSleeperID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { queue.add($0, id: id, until: deadline) }
        } onCancel: {
            queue.removeSleeper(id: id)?.resume(throwing: CancellationError())
        }
    }

    /// As `sleep`, also in a task that is cancelled: for the waits of cleaning up.
    package func sleepThrough(until deadline: ContinuousClock.Instant) async {
        guard deadline > .now else { return }
        let id = queue.takeSleeperID()
        // Nobody knows the sleeper's number, so that nobody resumes it with an error.
        try? await withCheckedThrowingContinuation { queue.add($0, id: id, until: deadline, evenIfCancelled: true) }
    }
}
