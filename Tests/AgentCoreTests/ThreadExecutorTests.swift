import AgentCore
import Testing

@Suite(.serialized) struct ThreadExecutorTests {
    @Test func `sleepers wake in the order of their deadlines, and none early`() async throws {
        let sleeper = try Sleeper()
        let start = ContinuousClock.now
        let order = try await withThrowingTaskGroup(of: ContinuousClock.Instant.self) { group in
            for milliseconds in [30, 10, 20] {
                group.addTask { try await sleeper.sleep(until: start + .milliseconds(milliseconds)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(order == [10, 20, 30].map { start + .milliseconds($0) })
        #expect(ContinuousClock.now - start >= .milliseconds(30))
    }

    @Test func `an actor answers while one of its calls sleeps, and the sleep ends when cancelled`() async throws {
        let sleeper = try Sleeper()
        let start = ContinuousClock.now
        await withThrowingTaskGroup(of: ContinuousClock.Instant.self) { group in
            group.addTask { try await sleeper.sleep(until: start + .seconds(60)) }
            while await sleeper.sleepingCount == 0 { await Task.yield() }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(ContinuousClock.now - start < .seconds(10))
        let count = await sleeper.sleepingCount
        #expect(count == 0)
    }

    @Test func `a cancelled task does not sleep at all`() async throws {
        let sleeper = try Sleeper()
        await withThrowingTaskGroup(of: ContinuousClock.Instant.self) { group in
            group.cancelAll()
            group.addTask { try await sleeper.sleep(until: .now + .seconds(60)) }
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }

    /// The median leaves room for whatever else the machine does; the figure to reach is in the benchmarks.
    @Test func `sleeps end on time`() async throws {
        let sleeper = try Sleeper()
        var lateness: [Duration] = []
        for _ in 1...250 {
            try await lateness.append(sleeper.lateness(at: .now + .milliseconds(4)))
        }
        lateness.sort()
        print("lateness of 250 sleeps: median \(lateness[125]), p99 \(lateness[247]), worst \(lateness[249])")
        #expect(lateness[0] >= .zero)
        #expect(lateness[125] < .milliseconds(1))
    }
}

private actor Sleeper {
    private let executor: ThreadExecutor
    private(set) var sleepingCount = 0

    init() throws { executor = try ThreadExecutor(name: "sleeper") }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func sleep(until deadline: ContinuousClock.Instant) async throws -> ContinuousClock.Instant {
        sleepingCount += 1
        defer { sleepingCount -= 1 }
        try await executor.sleep(until: deadline)
        return deadline
    }

    func lateness(at deadline: ContinuousClock.Instant) async throws -> Duration {
        try await executor.sleep(until: deadline)
        return .now - deadline
    }
}
