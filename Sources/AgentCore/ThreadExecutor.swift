import Glibc

/// A serial executor that runs its jobs on one thread of its own.
///
/// Actors that must stay on one thread (an X connection, an encoder) use it as their `unownedExecutor`; blocking
/// calls then cost that thread only, never the cooperative pool. The thread ends when the executor is released, after
/// the jobs already queued have run.
package final class ThreadExecutor: SerialExecutor {
    /// SAFETY: `pending` and `stopped` are touched only with `mutex` held; the thread keeps the box alive.
    private final class Queue: @unchecked Sendable {
        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private var pending: [UnownedJob] = []
        private var stopped = false

        init() {
            pthread_mutex_init(mutex, nil)
            pthread_cond_init(condition, nil)
        }

        deinit {
            pthread_mutex_destroy(mutex)
            pthread_cond_destroy(condition)
            mutex.deallocate()
            condition.deallocate()
        }

        func append(_ job: UnownedJob) {
            pthread_mutex_lock(mutex)
            pending.append(job)
            pthread_cond_signal(condition)
            pthread_mutex_unlock(mutex)
        }

        func stop() {
            pthread_mutex_lock(mutex)
            stopped = true
            pthread_cond_signal(condition)
            pthread_mutex_unlock(mutex)
        }

        /// Waits for work; `nil` once stopped and empty.
        func next() -> [UnownedJob]? {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            while pending.isEmpty {
                if stopped { return nil }
                pthread_cond_wait(condition, mutex)
            }
            let jobs = pending
            pending.removeAll(keepingCapacity: true)
            return jobs
        }
    }

    private let queue = Queue()

    /// - Parameters:
    ///   - name: shown by `ps -L` and debuggers; the kernel keeps the first 15 bytes.
    ///   - niceness: added to the thread's scheduling priority (`man 2 setpriority`); 0 leaves it alone.
    package init(name: String, niceness: Int32 = 0) {
        let executor = UnownedSerialExecutor(ordinary: self)
        do {
            try DetachedThread.start(name: name, niceness: niceness) { [queue] in
                while let jobs = queue.next() {
                    for job in jobs { job.runSynchronously(on: executor) }
                }
            }
        } catch {
            preconditionFailure(error.message)
        }
    }

    deinit { queue.stop() }

    package func enqueue(_ job: consuming ExecutorJob) {
        queue.append(UnownedJob(job))
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }
}
