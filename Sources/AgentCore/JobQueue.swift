import Glibc

/// The jobs of one thread, and the sleepers it has to wake.
///
/// SAFETY: `jobs`, `sleepers`, `nextID` and `isStopped` are touched only with `mutex` held.
final class JobQueue: @unchecked Sendable {
    typealias Sleeper = CheckedContinuation<Void, any Error>

    struct Work {
        let jobs: [UnownedJob]
        /// Those whose time has come, the earliest first.
        let awake: [Sleeper]
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var sleepers = TimerQueue<Sleeper>()
    private var nextID: UInt64 = 0
    private var isStopped = false

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    func append(_ job: UnownedJob) {
        changing { jobs.append(job) }
    }

    func stop() {
        changing { isStopped = true }
    }

    func takeSleeperID() -> UInt64 {
        changing {
            nextID += 1
            return nextID
        }
    }

    /// Resumes at `deadline`, or at once with `CancellationError` when the task has been cancelled already; one that is
    /// cancelled later is taken out by `removeSleeper`.
    ///
    /// - Parameter evenIfCancelled: whether a cancelled task sleeps all the same.
    func add(
        _ sleeper: Sleeper, id: UInt64, until deadline: ContinuousClock.Instant, evenIfCancelled: Bool = false
    ) {
        let isCancelled = changing {
            if Task.isCancelled, !evenIfCancelled { return true }
            sleepers.add(id: id, deadline: deadline, action: sleeper)
            return false
        }
        if isCancelled { sleeper.resume(throwing: CancellationError()) }
    }

    func removeSleeper(id: UInt64) -> Sleeper? {
        changing { sleepers.remove(id: id) }
    }

    /// Waits for work; `nil` once stopped and empty.
    func next() -> Work? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            let awake = takeAwake()
            guard jobs.isEmpty, awake.isEmpty else {
                defer { jobs.removeAll(keepingCapacity: true) }
                return Work(jobs: jobs, awake: awake)
            }
            if isStopped { return nil }
            wait()
        }
    }

    private func takeAwake() -> [Sleeper] {
        guard sleepers.next != nil else { return [] }
        var awake: [Sleeper] = []
        let now = ContinuousClock.now
        while let sleeper = sleepers.popDue(at: now) { awake.append(sleeper) }
        return awake
    }

    /// Until something changes, or the next sleeper's time has come.
    private func wait() {
        guard let deadline = sleepers.next else {
            pthread_cond_wait(condition, mutex)
            return
        }
        var moment = timespec(monotonic: deadline)
        pthread_cond_timedwait(condition, mutex, &moment)
    }

    private func changing<Result>(_ change: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        pthread_cond_signal(condition)
        return change()
    }
}

extension timespec {
    /// The same moment on the clock that condition variables can wait by (`man 3 pthread_condattr_setclock`), which
    /// unlike that of the instant stands still while the machine sleeps.
    fileprivate init(monotonic instant: ContinuousClock.Instant) {
        self.init()
        clock_gettime(CLOCK_MONOTONIC, &self)
        let (seconds, attoseconds) = (instant - .now).components
        let nanoseconds = tv_nsec + Int(attoseconds / 1_000_000_000)
        tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        tv_nsec = nanoseconds % 1_000_000_000
        if tv_nsec < 0 { (tv_sec, tv_nsec) = (tv_sec - 1, tv_nsec + 1_000_000_000) }
    }
}
