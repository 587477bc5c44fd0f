import AgentCore
import XDisplay

extension InputService {
    /// Steps that are sent without looking at anything else in between.
    private static let burst = 512

    /// Types in a turn of its own, see `InputTurn.type`.
    package func type(_ typing: Typing) async throws {
        try await turns.withTurn { try await carryOut(typing) }
    }

    /// Types; the turn is the caller's.
    func carryOut(_ typing: Typing) async throws {
        let plan = try typing.plan()
        let session = try connection.withSession { $0 }
        let locked = try on(session) { $0.unlockModifiers() }
        // Fails only when the server has gone, and its CapsLock with it.
        defer { try? on(session) { $0.lockModifiers(locked) } }
        let layout = try on(session) { $0.layout() }
        let schedule = try KeySchedule(plan, layout: layout, pasting: plan.mayNeedPasting ? pastes(on: session) : nil)
        try await returningSpareKeys(of: layout.spareKeys, on: session) { borrowed in
            try await releasing { try await send(schedule, on: session, borrowing: &borrowed) }
        }
    }

    /// Sends each step at its time. Steps of one time go out together, and so do those whose time has passed.
    private func send(
        _ schedule: KeySchedule, on session: InputSession, borrowing borrowed: inout Set<UInt8>
    ) async throws {
        var start = ContinuousClock.now
        var rest = schedule.steps[...]
        while let first = rest.first {
            try await executor.sleep(until: start + first.offset)
            let began = ContinuousClock.now
            switch first.action {
            case .remap(let keys): try await remap(keys, on: session, borrowing: &borrowed)
            case .paste(let text): try await paste(text, on: session)
            case .press, .release:
                let due = rest.prefix(Self.burst).prefix { $0.offset == first.offset && !$0.action.takesTime }
                try on(session) { send(due, on: $0) }
                rest = rest.dropFirst(due.count)
                continue
            }
            start += ContinuousClock.now - began
            rest = rest.dropFirst()
        }
    }

    private func send(_ steps: ArraySlice<KeySchedule.Step>, on session: InputSession) {
        for step in steps {
            switch step.action {
            case .press(let keycode): held.press(keycode, on: session)
            case .release(let keycode): held.release(keycode, on: session)
            case .remap, .paste: break
            }
        }
        session.finish()
    }
}

extension InputTurn {
    /// Types into whatever has the keyboard focus, exactly as it is, whatever the layout and CapsLock.
    ///
    /// A line break becomes Return, a tab Tab. Characters the layout lacks are put onto keycodes it leaves free for the
    /// time of the typing; before such a keycode is given a new meaning, and before that is used, the focused client is
    /// asked to say that it has read everything before. A client that does not answer such pings (xterm) is given a fixed
    /// time instead, and longer while its process is at work or stopped. The few characters that Chromium takes for others
    /// are pasted there. When the call returns, or throws, the keyboard map is as before and no key is pressed.
    ///
    /// Throws `invalidArgument` for a text that is too long or has a control character no key types, `timeout` when the
    /// focused client reads nothing for five seconds just when a keycode must change, or takes nothing that is pasted,
    /// `unavailable` without an X server, `CancellationError` when the task is cancelled.
    package func type(_ typing: Typing) async throws {
        try await input.carryOut(typing)
    }
}

extension KeySchedule.Action {
    fileprivate var takesTime: Bool {
        switch self {
        case .press, .release: false
        case .remap, .paste: true
        }
    }
}

extension KeyPlan {
    /// Whether it is worth finding out who has the keyboard.
    fileprivate var mayNeedPasting: Bool {
        steps.contains { $0.isPress && (try? $0.key.keysym.isMistakenByChromium) == true }
    }
}
