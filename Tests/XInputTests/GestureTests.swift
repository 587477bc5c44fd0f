import AgentCore
import AgentTestSupport
import Testing
import XDisplay
import XInput

@Suite(.enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"), .serialized)
struct GestureTests {
    private static let slowDrag = PointerGesture(
        .drag(
            .init(
                along: [ScreenPoint(x: 10, y: 10), ScreenPoint(x: 700, y: 500)], stepsPerSegment: 1000,
                stepDelay: .milliseconds(50))),
        holding: ["shift"])

    @Test func `human gestures end on the very pixel, at edges and corners too`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            for (index, (x, y)) in [(0, 0), (799, 599), (799, 0), (0, 599), (400, 0), (1, 1)].enumerated() {
                let point = ScreenPoint(x: x, y: y)
                let style = PointerGesture.Style.human(seed: UInt64(index), duration: .milliseconds(60))
                try await input.perform(PointerGesture(.move(to: point), style: style))
                let position = try await input.pointerPosition()
                #expect(position == point)
            }
        }
    }

    @Test func `a plan made beforehand is what is sent, and steps are on time`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            let style = PointerGesture.Style.human(seed: 7, duration: .milliseconds(1500))
            let gesture = PointerGesture(.click(at: ScreenPoint(x: 700, y: 500)), style: style)
            let plan = try await input.plan(gesture)
            let report = try await input.perform(gesture)
            #expect(report.plan == plan)
            let lateness = report.lateness.sorted()
            #expect(lateness.count == plan.whole.steps.count && lateness[0] >= .zero)
            let median = lateness[lateness.count / 2]
            print("lateness of \(lateness.count) steps: median \(median), worst \(lateness[lateness.count - 1])")
            #expect(median < .milliseconds(1))
        }
    }

    @Test func `keys and wheel arrive in order, keys held only where something is done`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            let witness = try await EventWitness(displayName: xvfb.displayName)
            let scroll = PointerAction.scroll(at: ScreenPoint(x: 30, y: 30), right: 1, down: -2)
            try await input.perform(PointerGesture(scroll, style: .human(seed: 1), holding: ["ctrl"]))
            try await input.press(KeyPress(["Ctrl+a", "b"], holding: ["ctrl"]))
            try await input.press(KeyPress(["alt+F4", "c"], for: .milliseconds(5)))
            let events = try await witness.events(until: "key Alt_L up")
            let wheel = ["4", "4", "7"].flatMap { ["button \($0) down", "button \($0) up"] }
            #expect(
                events == ["key Control_L down"] + wheel + ["key Control_L up"]
                    + ["key Control_L down", "key a down", "key a up", "key b down", "key b up", "key Control_L up"]
                    + ["key Alt_L down", "key F4 down", "key c down", "key c up", "key F4 up", "key Alt_L up"])
        }
    }

    @Test func `a cancelled drag releases its button and its keys, button first`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            let witness = try await EventWitness(displayName: xvfb.displayName)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await input.perform(Self.slowDrag) }
                _ = try? await witness.events(until: "button 1 down")
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            let events = try await witness.events(until: "key Shift_L up")
            #expect(events == ["button 1 up", "key Shift_L up"])
        }
    }

    @Test func `what was pressed on a connection that breaks is released on the next`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            let witness = try await EventWitness(displayName: xvfb.displayName)
            let connections = DisplayConnections(to: xvfb.number)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await input.perform(Self.slowDrag) }
                _ = try await witness.events(until: "button 1 down")
                connections.breakNewOnes()
                let failure = await #expect(throws: AgentError.self) { try await group.next() }
                #expect(failure?.code == .unavailable)
            }
            let events = try await witness.events(until: "key Shift_L up")
            #expect(events == ["button 1 up", "key Shift_L up"])
            try await input.perform(PointerGesture(.click(at: ScreenPoint(x: 5, y: 5))))
            let click = try await witness.events(until: "button 1 up")
            #expect(click == ["button 1 down", "button 1 up"])
        }
    }

    @Test func `a button kept down is released when the agent stops`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            let witness = try await EventWitness(displayName: xvfb.displayName)
            try await input.perform(PointerGesture(.click(at: ScreenPoint(x: 5, y: 5), button: .right, action: .down)))
            try await input.perform(PointerGesture(.click(at: ScreenPoint(x: 9, y: 5), button: .left)))
            try await input.releaseEverything()
            let events = try await witness.events(until: "button 3 up")
            #expect(events == ["button 3 down", "button 1 down", "button 1 up", "button 3 up"])
        }
    }

    @Test func `turns come in order, and nothing comes in between`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            let witness = try await EventWitness(displayName: xvfb.displayName)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await input.withTurn { turn in
                        for key in ["1", "2", "3"] {
                            try await turn.press(KeyPress([key], for: .milliseconds(20)))
                        }
                    }
                }
                _ = try await witness.events(until: "key 1 down")
                group.addTask { try await input.press(KeyPress(["9"])) }
                try await group.waitForAll()
            }
            let events = try await witness.events(until: "key 9 up")
            #expect(events == ["key 1 up"] + ["2", "3", "9"].flatMap { ["key \($0) down", "key \($0) up"] })
        }
    }
}
