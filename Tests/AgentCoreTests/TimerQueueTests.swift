import Testing

@testable import AgentCore

@Suite struct TimerQueueTests {
    private let start = ContinuousClock.now

    @Test func `timers fire in the order of their deadlines, and of their making`() {
        var queue = TimerQueue<String>()
        queue.add(id: 1, deadline: start + .seconds(2), action: "late")
        queue.add(id: 2, deadline: start + .seconds(1), action: "early")
        queue.add(id: 3, deadline: start + .seconds(1), action: "early too")
        #expect(queue.next == start + .seconds(1))
        #expect(queue.popDue(at: start) == nil)
        #expect(queue.popDue(at: start + .seconds(3)) == "early")
        #expect(queue.popDue(at: start + .seconds(3)) == "early too")
        #expect(queue.popDue(at: start + .seconds(3)) == "late")
        #expect(queue.next == nil)
    }

    @Test func `a removed timer does not fire`() {
        var queue = TimerQueue<String>()
        queue.add(id: 1, deadline: start, action: "kept")
        queue.add(id: 2, deadline: start, action: "removed")
        queue.remove(id: 2)
        queue.remove(id: 7)
        #expect(queue.popDue(at: start) == "kept")
        #expect(queue.popDue(at: start) == nil)
    }
}
