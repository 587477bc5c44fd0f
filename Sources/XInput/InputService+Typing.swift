import AgentCore
import XDisplay

extension InputService {
    /// Keys sent between two looks at whether the caller is still there.
    private static let burst = 128

    /// Types `text` into whatever has the keyboard focus, exactly as it is, whatever the layout and CapsLock.
    ///
    /// Characters the layout lacks are put onto keycodes it leaves free, and stay there as a cache; between changing a
    /// keycode and using it the focused client is asked to say that it has read everything before. Clients that do
    /// not answer such pings (xterm) are given a fixed time instead. A line break becomes Return, a tab Tab.
    ///
    /// - Parameter delay: between characters; waiting does not hold up reads, and ends when the task is cancelled.
    /// Throws `invalidArgument` for a control character no key types, `timeout` when the focused client reads nothing
    /// for five seconds just when a keycode must change, `unavailable` without an X server.
    package func type(_ text: String, delay: Duration = .zero) async throws {
        try await turns.withTurn { try await carryOut(text, delay: delay) }
    }

    /// Types; the turn is the caller's.
    func carryOut(_ text: String, delay: Duration) async throws {
        let session = try connection.withSession { $0 }
        let isCapsLocked = try onSame(session) { $0.isCapsLocked }
        if isCapsLocked { try onSame(session) { $0.setCapsLock(false) } }
        // Fails only when the server has gone, and its CapsLock with it.
        defer { if isCapsLocked { try? onSame(session) { $0.setCapsLock(true) } } }
        let plan = try onSame(session) { try TypingPlan(text: text, layout: $0.readLayout()) }
        var pause = Duration.zero
        for step in plan.steps { try await perform(step, delay: delay, pause: &pause, on: session) }
    }

    /// - Parameter pause: to be made before the next key: none before the first.
    private func perform(
        _ step: TypingPlan.Step, delay: Duration, pause: inout Duration, on session: InputSession
    ) async throws {
        switch step {
        case .remap(let keys):
            try await waitUntilRead(on: session)
            try onSame(session) { $0.remap(keys) }
            try await waitUntilRead(on: session)
        case .type(let strokes) where delay > .zero:
            for stroke in strokes {
                try await Task.sleep(for: pause)
                pause = delay
                try send([stroke], on: session)
            }
        case .type(let strokes):
            for start in stride(from: 0, to: strokes.count, by: Self.burst) {
                try Task.checkCancellation()
                try send(strokes[start..<min(start + Self.burst, strokes.count)], on: session)
            }
        }
    }

    private func send(_ strokes: some Sequence<Keystroke>, on session: InputSession) throws {
        try onSame(session) { session in
            for stroke in strokes { session.type(stroke) }
            session.finish()
        }
    }

    /// A text that began on one connection must not go on on another: the keyboard there is not the one planned for.
    private func onSame<Result>(_ session: InputSession, _ body: (InputSession) throws -> Result) throws -> Result {
        try connection.withSession { current in
            guard current === session else {
                throw AgentError.unavailable("the X server went away while the text was being typed")
            }
            return try body(current)
        }
    }

    /// Waits until the client that has the keyboard has read every event sent so far.
    private func waitUntilRead(on session: InputSession) async throws {
        guard let window = try onSame(session, { $0.pingableFocusWindow() }) else {
            return try await Task.sleep(for: Barrier.graceWithoutPing)
        }
        pingSerial += 1
        let serial = pingSerial
        try onSame(session) { $0.sendPing(to: window, serial: serial) }
        defer { try? onSame(session) { $0.stopPings() } }
        if try onSame(session, { $0.hasPong(serial: serial, within: Barrier.usualMilliseconds) }) { return }
        let deadline = ContinuousClock.now + Barrier.patience
        repeat {
            guard ContinuousClock.now < deadline else { throw Barrier.notReading }
            try await Task.sleep(for: Barrier.interval)
        } while try !onSame(session, { $0.hasPong(serial: serial, within: 0) })
    }
}

extension InputTurn {
    /// As `InputService.type`, within this turn.
    package func type(_ text: String, delay: Duration = .zero) async throws {
        try await input.carryOut(text, delay: delay)
    }
}

/// How long typing waits for the client to catch up.
private enum Barrier {
    /// Most answers come within this; the thread waits for them, which is quicker than coming back.
    static let usualMilliseconds: Int32 = 3
    static let interval = Duration.milliseconds(1)
    /// A client that is stuck for longer than this would get wrong characters if typing went on.
    static let patience = Duration.seconds(5)
    static let notReading = AgentError(
        .timeout, "the window with the keyboard focus does not read its input; the rest of the text was not typed")
    /// For clients that answer no pings: likely enough, not proof. Text of a few foreign characters needs it twice.
    static let graceWithoutPing = Duration.milliseconds(100)
}
