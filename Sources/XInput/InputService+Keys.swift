import AgentCore
import XDisplay

extension InputService {
    /// Presses and releases keys; the turn is the caller's.
    func carryOut(_ press: KeyPress) async throws {
        try press.validate()
        let sequences = try press.keys.map(KeySequence.init(parsing:))
        let heldSequences = try press.heldKeys.map(KeySequence.init(parsing:))
        let session = try connection.withSession { $0 }
        try await havingKeys(of: heldSequences + sequences, on: session) {
            try await carryOut(sequences, holding: heldSequences, for: press.duration, on: session)
        }
    }

    private func carryOut(
        _ sequences: [KeySequence], holding heldSequences: [KeySequence], for duration: Duration,
        on session: InputSession
    ) async throws {
        let (heldKeycodes, keycodes) = try on(session) { session in
            (try session.keycodes(toHold: heldSequences), try sequences.map { try session.keycodes(toHold: [$0]) })
        }
        try await releasing {
            try on(session) { for keycode in heldKeycodes { held.press(keycode, on: $0) } }
            if duration > .zero {
                try await hold(keycodes.flatMap { $0 }, for: duration, on: session)
            } else {
                for sequence in keycodes { try on(session) { tap(sequence, on: $0) } }
            }
        }
    }

    /// All together; `releasing` lets go of them.
    private func hold(_ keycodes: [UInt8], for duration: Duration, on session: InputSession) async throws {
        let end = ContinuousClock.now + duration
        try on(session) { session in
            for keycode in keycodes where !held.keycodes.contains(keycode) { held.press(keycode, on: session) }
            session.finish()
        }
        try await executor.sleep(until: end)
        try on(session) { _ in }
    }

    /// What is held around it stays so, even where the sequence has it too.
    func tap(_ sequence: [UInt8], on session: InputSession) {
        let keycodes = sequence.filter { !held.keycodes.contains($0) }
        for keycode in keycodes { held.press(keycode, on: session) }
        for keycode in keycodes.reversed() { held.release(keycode, on: session) }
        session.finish()
    }
}
