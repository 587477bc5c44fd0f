import AgentCore
import XDisplay

/// What has been sent of a gesture.
package struct GestureReport: Equatable, Sendable {
    package let plan: GesturePlan
    /// How long after its time each step was sent.
    package private(set) var lateness: [Duration] = []

    fileprivate init(plan: GesturePlan) { self.plan = plan }

    fileprivate mutating func note(_ lateness: Duration, steps: Int) {
        self.lateness.append(contentsOf: repeatElement(lateness, count: steps))
    }
}

extension InputService {
    /// Steps that are sent without looking at anything else in between.
    private static let burst = 512

    /// Makes a gesture; the turn is the caller's.
    func carryOut(_ gesture: PointerGesture) async throws -> GestureReport {
        let sequences = try gesture.heldKeys.map(KeySequence.init(parsing:))
        let session = try connection.withSession { $0 }
        return try await havingKeys(of: sequences, on: session) {
            try await carryOut(gesture, holding: sequences, on: session)
        }
    }

    private func carryOut(
        _ gesture: PointerGesture, holding sequences: [KeySequence], on session: InputSession
    ) async throws -> GestureReport {
        let (plan, keycodes) = try on(session) { session in
            let screen = try session.screenSize()
            try gesture.validate(within: screen)
            let start = gesture.style == .plain ? ScreenPoint(x: 0, y: 0) : session.pointerPosition()
            return (gesture.plan(from: start, within: screen), try session.keycodes(toHold: sequences))
        }
        return try await releasing {
            var progress = Progress(report: GestureReport(plan: plan))
            try await send(plan.approach, on: session, progress: &progress)
            if !keycodes.isEmpty { try on(session) { for keycode in keycodes { held.press(keycode, on: $0) } } }
            try await send(plan.held, on: session, progress: &progress)
            if gesture.keepsButtonPressed { held.keepButtons() }
            return progress.report
        }
    }

    /// Where a gesture has got to.
    private struct Progress {
        var report: GestureReport
        var start = ContinuousClock.now
        /// Where the pointer was last sent.
        var target: ScreenPoint?
    }

    /// Sends each step at its time; steps of one time go out together. Only at the end it waits for the server to have
    /// carried all of it out, so that a busy server makes no step late.
    private func send(_ plan: PointerPlan, on session: InputSession, progress: inout Progress) async throws {
        var rest = plan.steps[...]
        while let first = rest.first {
            try await executor.sleep(until: progress.start + first.offset)
            let elapsed = ContinuousClock.now - progress.start
            let due = rest.prefix(Self.burst).prefix { $0.offset == first.offset }
            try on(session) { try apply(due, on: $0, target: &progress.target) }
            progress.report.note(elapsed - first.offset, steps: due.count)
            rest = rest.dropFirst(due.count)
        }
        if !plan.steps.isEmpty { try on(session) { $0.finish() } }
        progress.start += plan.duration
        try await executor.sleep(until: progress.start)
    }

    /// Somebody else may have moved the pointer since it was sent to `target`; what is pressed is pressed there.
    private func apply(
        _ steps: ArraySlice<PointerPlan.Step>, on session: InputSession, target: inout ScreenPoint?
    ) throws {
        if let target, !(steps.first?.event.isMove ?? true), session.pointerPosition() != target {
            session.movePointer(to: target)
        }
        for step in steps {
            switch step.event {
            case .move(let point):
                session.movePointer(to: point)
                target = point
            case .press(let button): held.press(button, on: session)
            case .release(let button): held.release(button, on: session)
            case .wheel(let direction): session.turnWheel(direction)
            }
        }
        session.flush()
    }
}

extension InputService {
    /// A gesture that began on one connection must not go on on another: nothing there is as it was.
    func on<Result>(_ session: InputSession, _ body: (InputSession) throws -> Result) throws -> Result {
        try connection.withSession { current in
            guard current === session else {
                throw AgentError.unavailable("the X server went away in the middle of the gesture")
            }
            return try body(current)
        }
    }

    /// Runs `body` and releases what it has left pressed, whatever way it ends.
    func releasing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            try releaseHeld()
            return result
        } catch {
            // Fails only without a server. Should it be the same one that comes back, it is released there.
            try? releaseHeld()
            throw error
        }
    }

    private func releaseHeld() throws {
        guard !held.isEmpty else { return }
        try connection.withSession { session in
            held.releaseAll(on: session)
            session.finish()
        }
        held.forget()
    }
}

extension PointerGesture {
    fileprivate var keepsButtonPressed: Bool {
        if case .click(_, _, .down, _) = action { true } else { false }
    }
}

extension PointerPlan.Event {
    fileprivate var isMove: Bool {
        if case .move = self { true } else { false }
    }
}
