import AgentCore
import AgentTestSupport
import Testing
import XDisplay
import XInput

@Suite(.enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"), .serialized)
struct InputServiceTests {
    @Test func `the pointer goes where it is sent`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            #expect(try await input.screenSize() == ScreenSize(width: 800, height: 600))
            for point in [ScreenPoint(x: 0, y: 0), ScreenPoint(x: 799, y: 599), ScreenPoint(x: 321, y: 123)] {
                try await input.perform(PointerGesture(.move(to: point)))
                #expect(try await input.pointerPosition() == point)
            }
        }
    }

    @Test func `a point off the screen is refused and nothing moves`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            let before = try await input.pointerPosition()
            for (x, y, field) in [(-1, 0, "x"), (800, 0, "x"), (0, -1, "y"), (0, 600, "y")] {
                let expected =
                    "\(field) is \(field == "x" ? x : y), which is not on the screen: "
                    + "the largest valid coordinates are x 799, y 599"
                await #expect(throws: AgentError.invalidArgument(expected)) {
                    try await input.perform(PointerGesture(.click(at: ScreenPoint(x: x, y: y))))
                }
            }
            #expect(try await input.pointerPosition() == before)
        }
    }

    @Test func `clicks arrive as asked, with the keys held and released after`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            let witness = try await EventWitness(displayName: xvfb.displayName)
            let point = ScreenPoint(x: 10, y: 20)
            try await input.perform(
                PointerGesture(.click(at: point, button: .right, count: 2), holding: ["ctrl", "shift"]))
            try await input.perform(PointerGesture(.click(at: point, button: .back, action: .down)))
            try await input.perform(PointerGesture(.click(at: point, button: .back, action: .up)))
            let events = try await witness.events(until: "button 8 up")
            #expect(
                events == [
                    "key Control_L down", "key Shift_L down", "button 3 down", "button 3 up", "button 3 down",
                    "button 3 up", "key Shift_L up", "key Control_L up", "button 8 down", "button 8 up",
                ])
        }
    }

    @Test func `unknown keys and endless clicks are refused`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            let point = ScreenPoint(x: 1, y: 1)
            let failure = await #expect(throws: AgentError.self) {
                try await input.perform(PointerGesture(.move(to: point), holding: ["hyperspace"]))
            }
            #expect(failure?.code == .invalidArgument)
            let tooMany = await #expect(throws: AgentError.self) {
                try await input.perform(PointerGesture(.click(at: point, count: 1001)))
            }
            #expect(tooMany?.code == .invalidArgument)
        }
    }

    @Test func `without a server calls are unavailable, and work once it is there`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            try await input.perform(PointerGesture(.move(to: ScreenPoint(x: 5, y: 5))))
            xvfb.kill()
            let failure = await #expect(throws: AgentError.self) {
                try await input.perform(PointerGesture(.move(to: ScreenPoint(x: 6, y: 6))))
            }
            #expect(failure?.code == .unavailable)
            try await xvfb.restart()
            try await input.perform(PointerGesture(.move(to: ScreenPoint(x: 7, y: 7))))
            #expect(try await input.pointerPosition() == ScreenPoint(x: 7, y: 7))
        }
    }

    @Test func `a long typing does not hold up reads, and ends when cancelled`() async throws {
        try await XvfbFixture.with { xvfb in
            let input = try InputService(displayName: xvfb.displayName)
            try await withThrowingTaskGroup { group in
                group.addTask { try await input.type(Typing("abcdef", style: .plain(delay: .seconds(60)))) }
                let start = ContinuousClock.now
                _ = try await input.pointerPosition()
                #expect(ContinuousClock.now - start < .seconds(2))
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
                #expect(ContinuousClock.now - start < .seconds(5))
            }
            try await input.perform(PointerGesture(.move(to: ScreenPoint(x: 3, y: 3))))
        }
    }
}
