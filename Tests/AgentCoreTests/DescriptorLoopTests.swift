import AgentCore
import AgentTestSupport
import Glibc
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DescriptorLoopTests {
    private actor Counter {
        nonisolated let loop: DescriptorLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
        var count = 0

        init(loop: DescriptorLoop) { self.loop = loop }

        func increment() { count += 1 }
    }

    private func pipeEnds() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    @Test func `handlers run while the descriptor is ready, until unwatched`() async throws {
        let loop = try DescriptorLoop(name: "test-loop")
        let ends = try pipeEnds()
        defer { close(ends.writing) }
        let reading = OwnedDescriptor(owning: ends.reading)
        let received = Mutex(0)
        let watch = try loop.watch(reading) { [number = reading.rawValue] readiness in
            var byte: UInt8 = 0
            if readiness.contains(.readable), read(number, &byte, 1) == 1 { received.withLock { $0 += 1 } }
        }
        write(ends.writing, "abc", 3)
        #expect(await eventually { received.withLock { $0 } == 3 })
        loop.unwatch(watch)
        write(ends.writing, "d", 1)
        await Counter(loop: loop).increment()
        #expect(received.withLock { $0 } == 3)
    }

    @Test func `actors on the loop are entered by jobs and handlers alike`() async throws {
        let counter = Counter(loop: try DescriptorLoop(name: "test-loop"))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { await counter.increment() } }
            for _ in 0..<100 { counter.loop.schedule(after: .zero) { counter.assumeIsolated { $0.increment() } } }
        }
        #expect(await eventually { await counter.count == 200 })
    }

    @Test func `timers fire after their delay and not when cancelled`() async throws {
        let loop = try DescriptorLoop(name: "test-loop")
        let fired = Mutex<[String: Duration]>([:])
        let started = ContinuousClock.now
        let cancelled = loop.schedule(after: .milliseconds(20)) { fired.withLock { $0["cancelled"] = .zero } }
        loop.schedule(after: .milliseconds(60)) { fired.withLock { $0["late"] = .now - started } }
        loop.schedule(after: .milliseconds(30)) { fired.withLock { $0["early"] = .now - started } }
        loop.cancel(cancelled)
        #expect(await eventually { fired.withLock { $0.count } == 2 })
        let times = fired.withLock { $0 }
        #expect(try #require(times["early"]) >= .milliseconds(30))
        #expect(try #require(times["late"]) >= .milliseconds(60))
    }

    @Test func `the thread ends with the loop`() async throws {
        for _ in 0..<20 { await Counter(loop: try DescriptorLoop(name: "ending-loop")).increment() }
        #expect(await eventually { ProcessFacts.threadCount(named: "ending-loop") == 0 })
    }
}
