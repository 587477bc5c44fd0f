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

    @Test func `what the layout has is typed in one go`() throws {
        let plan = try TypingPlan(text: "aA\t\n", layout: layout(spare: 2))
        #expect(plan.steps == [.type([Keystroke(38), Keystroke(38, holding: [50]), Keystroke(23), Keystroke(36)])])
    }

    @Test func `a line break is one Return however it is written`() throws {
        for text in ["\n", "\r", "\r\n"] {
            #expect(try TypingPlan(text: text, layout: layout(spare: 0)).steps == [.type([Keystroke(36)])])
        }
    }

    @Test func `missing characters are put onto spare keys first`() throws {
        let plan = try TypingPlan(text: "aéaé", layout: layout(spare: 2))
        #expect(
            plan.steps == [
                .remap([key(200, "é")]),
                .type([Keystroke(38), Keystroke(200), Keystroke(38), Keystroke(200)]),
            ])
    }

    @Test func `more missing characters than keys go in batches`() throws {
        let plan = try TypingPlan(text: "éèêé", layout: layout(spare: 2))
        #expect(
            plan.steps == [
                .remap([key(200, "é"), key(201, "è")]),
                .type([Keystroke(200), Keystroke(201)]),
                .remap([key(201, "ê")]),
                .type([Keystroke(201), Keystroke(200)]),
            ])
    }

    @Test func `what an earlier text left on a key is used`() throws {
        var layout = layout(spare: 1)
        layout.spareKeys.append(key(210, "é"))
        #expect(try TypingPlan(text: "é", layout: layout).steps == [.type([Keystroke(210)])])
    }

    @Test func `control characters no key types are refused`() {
        #expect(throws: AgentError.invalidArgument("text contains the control character 0x1, which no key types")) {
            try TypingPlan(text: "a\u{1}", layout: layout(spare: 2))
        }
    }

    @Test func `without spare keys a missing character is an error, not a wrong one`() {
        #expect(throws: AgentError.self) { try TypingPlan(text: "aé", layout: layout(spare: 0)) }
    }

    @Test func `nothing is typed for nothing`() throws {
        #expect(try TypingPlan(text: "", layout: layout(spare: 2)).steps.isEmpty)
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
}
