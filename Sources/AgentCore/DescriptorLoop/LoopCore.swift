import CEpoll
import Glibc
import Synchronization

/// What a `DescriptorLoop` and its thread share.
final class LoopCore: Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var handlers: [UInt64: @Sendable (UInt32) -> Void] = [:]
        var timers = TimerQueue<@Sendable () -> Void>()
        /// Names watches and timers, never the same twice: a late event of a closed descriptor finds no handler, though
        /// its number may be in use again. 0 is `wakeUp`.
        var lastID: UInt64 = 0
        var stopped = false

        mutating func nextID() -> UInt64 {
            lastID += 1
            return lastID
        }
    }

    private static let wakeUpID: UInt64 = 0
    private static let eventsPerTurn = 64

    private let epoll: OwnedDescriptor
    private let wakeUp: OwnedDescriptor
    private let thread = Atomic<UInt>(0)
    private let state = Mutex(State())

    init() throws(AgentError) {
        epoll = try Self.own(epoll_create1(Int32(EPOLL_CLOEXEC)), operation: "create an epoll instance")
        wakeUp = try Self.own(
            eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)), operation: "create an event descriptor")
        try control(EPOLL_CTL_ADD, wakeUp.rawValue, events: EPOLLIN.rawValue, id: Self.wakeUpID)
    }

    /// Whether the caller runs on the loop's thread.
    var isOnThread: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    func watch(
        _ descriptor: Int32, for events: UInt32, handler: @escaping @Sendable (UInt32) -> Void
    ) throws(AgentError) -> DescriptorLoop.Watch {
        let id = state.withLock { state in
            let id = state.nextID()
            state.handlers[id] = handler
            return id
        }
        do {
            try control(EPOLL_CTL_ADD, descriptor, events: events, id: id)
        } catch {
            state.withLock { _ = $0.handlers.removeValue(forKey: id) }
            throw error
        }
        return DescriptorLoop.Watch(descriptor: descriptor, id: id)
    }

    func change(_ watch: DescriptorLoop.Watch, to events: UInt32) {
        var event = epoll_event(events: events, data: epoll_data_t(u64: watch.id))
        epoll_ctl(epoll.rawValue, EPOLL_CTL_MOD, watch.descriptor, &event)
    }

    func unwatch(_ watch: DescriptorLoop.Watch) {
        // The handler is released outside the lock: it may hold the last reference to something that unwatches.
        let handler = state.withLock { $0.handlers.removeValue(forKey: watch.id) }
        guard handler != nil else { return }
        epoll_ctl(epoll.rawValue, EPOLL_CTL_DEL, watch.descriptor, nil)
    }

    func schedule(at deadline: ContinuousClock.Instant, action: @escaping @Sendable () -> Void) -> DescriptorLoop.Timer
    {
        let (id, isFirst) = state.withLock { state in
            let id = state.nextID()
            let isFirst = state.timers.next.map { deadline < $0 } ?? true
            state.timers.add(id: id, deadline: deadline, action: action)
            return (id, isFirst)
        }
        if isFirst { wake() }
        return DescriptorLoop.Timer(id: id)
    }

    func cancel(_ timer: DescriptorLoop.Timer) {
        _ = state.withLock { $0.timers.remove(id: timer.id) }
    }

    func enqueue(_ job: UnownedJob) {
        let isFirst = state.withLock { state in
            state.jobs.append(job)
            return state.jobs.count == 1
        }
        if isFirst { wake() }
    }

    func stop() {
        state.withLock { $0.stopped = true }
        wake()
    }

    /// The thread's life.
    func run(on executor: UnownedSerialExecutor) {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsPerTurn) { events in
            while let timeout = timeoutOfNextTurn() {
                let count = epoll_wait(epoll.rawValue, events.baseAddress, Int32(events.count), timeout)
                for index in 0..<Int(max(count, 0)) { dispatch(events[index]) }
                runTimers()
                runJobs(on: executor)
            }
        }
    }

    /// In milliseconds, rounded up so that a timer is due when the wait ends; -1 without end, `nil` to stop.
    private func timeoutOfNextTurn() -> Int32? {
        state.withLock { state in
            if !state.jobs.isEmpty { return 0 }
            if state.stopped { return nil }
            guard let next = state.timers.next else { return -1 }
            let remaining = (next - .now) / Duration.milliseconds(1)
            return Int32(min(max(remaining.rounded(.up), 0), Double(Int32.max)))
        }
    }

    private func dispatch(_ event: epoll_event) {
        let id = event.data.u64
        if id == Self.wakeUpID {
            var count: UInt64 = 0
            _ = read(wakeUp.rawValue, &count, MemoryLayout.size(ofValue: count))
            return
        }
        state.withLock { $0.handlers[id] }?(event.events)
    }

    private func runTimers() {
        let now = ContinuousClock.now
        while let action = state.withLock({ $0.timers.popDue(at: now) }) { action() }
    }

    private func runJobs(on executor: UnownedSerialExecutor) {
        let jobs = state.withLock { state in
            defer { state.jobs.removeAll(keepingCapacity: true) }
            return state.jobs
        }
        for job in jobs { job.runSynchronously(on: executor) }
    }

    /// The thread itself looks for jobs and timers before it waits.
    private func wake() {
        guard !isOnThread else { return }
        var one: UInt64 = 1
        _ = write(wakeUp.rawValue, &one, MemoryLayout.size(ofValue: one))
    }

    private func control(_ operation: Int32, _ descriptor: Int32, events: UInt32, id: UInt64) throws(AgentError) {
        var event = epoll_event(events: events, data: epoll_data_t(u64: id))
        guard epoll_ctl(epoll.rawValue, operation, descriptor, &event) == 0 else {
            throw AgentError.system(errno: errno, operation: "watch", path: "descriptor \(descriptor)")
        }
    }

    private static func own(_ descriptor: Int32, operation: String) throws(AgentError) -> OwnedDescriptor {
        guard descriptor >= 0 else {
            throw AgentError(AgentError.code(forErrno: errno), "cannot \(operation)", cause: "errno \(errno)")
        }
        return OwnedDescriptor(owning: descriptor)
    }
}
