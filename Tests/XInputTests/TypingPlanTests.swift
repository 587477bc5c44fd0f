import AgentCore
import Testing

@testable import XInput

@Suite struct TypingPlanTests {
    /// Types a and A on key 38, Return on 36 and Tab on 23; `spare` keys from 200 on are free.
    private func layout(spare: UInt8) -> KeyboardLayout {
        var layout = KeyboardLayout()
        layout.strokes[Keysym("a")] = Keystroke(38)
        layout.strokes[Keysym("A")] = Keystroke(38, holding: [50])
        layout.strokes[Keysym(0xff0d)] = Keystroke(36)
        layout.strokes[Keysym(0xff09)] = Keystroke(23)
        for keycode in 200..<(200 + spare) {
            layout.spareKeys.append(SpareKeys.Key(keycode: UInt8(keycode), keysym: .none))
        }
        return layout
    }

    private func key(_ keycode: UInt8, _ scalar: Unicode.Scalar) -> SpareKeys.Key {
        SpareKeys.Key(keycode: keycode, keysym: Keysym(scalar))
    }

    private func plan(_ text: String, spare: UInt8 = 2) throws -> [TypingPlan.Step] {
        try plan(text, layout(spare: spare))
    }

    private func plan(_ text: String, _ layout: KeyboardLayout) throws -> [TypingPlan.Step] {
        try TypingPlan(text.unicodeScalars.map { try Keysym(typing: $0) }, layout: layout).steps
    }

    private func step(_ keycode: UInt8, _ remapped: [SpareKeys.Key] = []) -> TypingPlan.Step {
        TypingPlan.Step(remapped: remapped, means: .key(Keystroke(keycode)))
    }

    @Test func `what the layout has needs no spare keys`() throws {
        let shifted = TypingPlan.Step(means: .key(Keystroke(38, holding: [50])))
        #expect(try plan("aA\t\n") == [step(38), shifted, step(23), step(36)])
    }

    @Test func `missing characters are put onto spare keys first`() throws {
        #expect(try plan("aéaé") == [step(38, [key(200, "é")]), step(200), step(38), step(200)])
    }

    @Test func `more missing characters than keys go in batches`() throws {
        let expected = [
            step(200, [key(200, "é"), key(201, "è")]), step(201), step(201, [key(201, "ê")]), step(200),
        ]
        #expect(try plan("éèêé") == expected)
    }

    @Test func `a character that is on a spare key already is used`() throws {
        var layout = layout(spare: 1)
        layout.spareKeys.append(key(210, "é"))
        #expect(try plan("é", layout) == [step(210)])
    }

    @Test func `without spare keys a missing character is an error, not a wrong one`() {
        #expect(throws: AgentError.self) { try plan("aé", spare: 0) }
    }

    @Test func `nothing is typed for nothing`() throws {
        #expect(try plan("").isEmpty)
    }

    @Test func `rows of the keyboard map are told apart`() {
        let (a, capital, e) = (Keysym("a"), Keysym("A"), Keysym("é"))
        #expect(SpareKeys.keysym(ofRow: [.none, .none]) == Keysym.none)
        #expect(SpareKeys.keysym(ofRow: [e, e, .none, .none]) == e)
        #expect(SpareKeys.keysym(ofRow: [a, capital, a, capital]) == nil)
        #expect(SpareKeys.keysym(ofRow: [Keysym(" "), Keysym(" ")]) == nil)
        #expect(SpareKeys.keysym(ofRow: [Keysym(0xff0d), Keysym(0xff0d)]) == nil)
        #expect(SpareKeys.keysym(ofRow: [.none, Keysym(0xffe9), .none]) == nil)
    }

    @Test func `keys that programs act upon are not used while there are others`() {
        func key(_ keycode: UInt8) -> SpareKeys.Key { SpareKeys.Key(keycode: keycode, keysym: .none) }
        let refresh = key(181)
        #expect(SpareKeys.choose(from: [key(166), refresh, key(191), key(255)]).keys == [key(191), key(255)])
        #expect(SpareKeys.choose(from: [refresh]).keys == [refresh])
    }
}
