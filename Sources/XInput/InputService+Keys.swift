import AgentCore
import XDisplay

extension InputService {
    /// Presses and releases keys; the turn is the caller's.
    func carryOut(_ press: KeyPress) async throws {
        try press.validate()
        let sequences = try press.keys.map(KeySequence.init(parsing:))
        let heldSequences = try press.heldKeys.map(KeySequence.init(parsing:))
        let session = try connection.withSession { $0 }
        let layout = try await layout(with: sequences + heldSequences, on: session)
        let heldKeycodes = try layout.keycodes(toHold: heldSequences)
        let keycodes = try sequences.map { try layout.keycodes(toHold: [$0]) }
        try await releasing {
            try on(session) { for keycode in heldKeycodes { held.press(keycode, on: $0) } }
            if press.duration > .zero {
                try await hold(keycodes.flatMap { $0 }, for: press.duration, on: session)
            } else {
                for sequence in keycodes { try on(session) { tap(sequence, on: $0) } }
            }
        }
    }

    /// The layout as it is, after keys it lacks have been put onto keycodes it leaves free, if there are enough.
    private func layout(with sequences: [KeySequence], on session: InputSession) async throws -> KeyboardLayout {
        var layout = try on(session) { $0.readLayout() }
        var missing: [Keysym] = []
        for keysym in sequences.flatMap(\.keysyms) where layout.strokes[keysym] == nil && !missing.contains(keysym) {
            missing.append(keysym)
        }
        guard missing.count <= layout.spareKeys.keys.count else { return layout }
        let changed = layout.spareKeys.assign(missing)
        guard !changed.isEmpty else { return layout }
        try await waitUntilRead(on: session)
        try on(session) { $0.remap(changed) }
        try await waitUntilRead(on: session)
        return layout
    }

    /// All together; `releasing` lets go of them.
    private func hold(_ keycodes: [UInt8], for duration: Duration, on session: InputSession) async throws {
        let end = ContinuousClock.now + duration
        try on(session) { session in
            for keycode in keycodes where !held.keycodes.contains(keycode) { held.press(keycode, on: session) }
            session.finish()
        }
        try await executor.sleep(until: end)
        // Fails when it was not held on to the end.
        try on(session) { _ in }
    }

    /// What is held around it stays so, even where the sequence has it too.
    private func tap(_ sequence: [UInt8], on session: InputSession) {
        let keycodes = sequence.filter { !held.keycodes.contains($0) }
        for keycode in keycodes { held.press(keycode, on: session) }
        for keycode in keycodes.reversed() { held.release(keycode, on: session) }
        session.finish()
    }
}
