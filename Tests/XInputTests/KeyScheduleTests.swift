import Testing

@testable import XInput

@Suite struct KeyScheduleTests {
    private static let shift: UInt8 = 50
    private static let third: UInt8 = 108

    /// Types a, A and á on key 38 and b, B on 56 with Shift and a third level; `spare` keys from 200 on are free.
    private func layout(spare: UInt8 = 2) -> KeyboardLayout {
        var layout = KeyboardLayout()
        layout.strokes[Keysym("a")] = Keystroke(38)
        layout.strokes[Keysym("A")] = Keystroke(38, holding: [Self.shift])
        layout.strokes[Keysym("á")] = Keystroke(38, holding: [Self.third])
        layout.strokes[Keysym("b")] = Keystroke(56)
        layout.strokes[Keysym("B")] = Keystroke(56, holding: [Self.shift])
        for keycode in 200..<(200 + spare) {
            layout.spareKeys.append(SpareKeys.Key(keycode: UInt8(keycode), keysym: .none))
        }
        return layout
    }

    /// Of presses and releases at these milliseconds: "a" is pressed, "-a" is released.
    private func schedule(_ events: [(Int, String)], spare: UInt8 = 2) throws -> [KeySchedule.Step] {
        let steps = events.map { offset, event in
            let key = KeyPlan.Key.character(event.unicodeScalars.last ?? " ")
            return KeyPlan.Step(at: .milliseconds(offset), key, isPress: !event.hasPrefix("-"))
        }
        let plan = KeyPlan(steps: steps, duration: steps.last?.offset ?? .zero)
        return try KeySchedule(plan, layout: layout(spare: spare)).steps
    }

    private func step(_ offset: Int, _ action: KeySchedule.Action) -> KeySchedule.Step {
        KeySchedule.Step(offset: .milliseconds(offset), action: action)
    }

    @Test func `keys may overlap`() throws {
        let steps = try schedule([(0, "a"), (100, "b"), (120, "-a"), (180, "-b")])
        #expect(
            steps == [step(0, .press(38)), step(100, .press(56)), step(120, .release(38)), step(180, .release(56))])
    }

    @Test func `modifiers change between the keys, and stay for all that need them`() throws {
        let steps = try schedule([
            (0, "a"), (80, "-a"), (120, "A"), (200, "-A"), (260, "B"), (300, "-B"), (400, "b"), (450, "-b"),
        ])
        #expect(
            steps == [
                step(0, .press(38)), step(80, .release(38)),
                step(100, .press(Self.shift)), step(120, .press(38)), step(200, .release(38)),
                step(260, .press(56)), step(300, .release(56)),
                step(350, .release(Self.shift)), step(400, .press(56)), step(450, .release(56)),
            ])
    }

    @Test func `what is pasted at one time is pasted together, with nothing held`() throws {
        let scalars: [Unicode.Scalar] = ["A", "é", "è", "b"]
        let steps = scalars.flatMap { scalar in
            [true, false].map { KeyPlan.Step(at: .zero, .character(scalar), isPress: $0) }
        }
        let pasted = [Keysym("é"), Keysym("è")]
        let schedule = try KeySchedule(KeyPlan(steps: steps), layout: layout()) { pasted.contains($0) }
        #expect(
            schedule.steps.map(\.action) == [
                .press(Self.shift), .press(38), .release(38), .release(Self.shift), .paste("éè"), .press(56),
                .release(56),
            ])
    }

    @Test func `modifiers are not held through a long pause`() throws {
        let steps = try schedule([(0, "a"), (80, "-a"), (2000, "A"), (2100, "-A"), (4000, "á"), (4100, "-á")])
        #expect(
            steps.map(\.offset.milliseconds) == [0, 80, 1910, 2000, 2100, 2170, 3910, 4000, 4100, 4100])
    }

    @Test func `a key is up before it is pressed again, and everything is up in the end`() throws {
        let steps = try schedule([(0, "a"), (100, "á"), (150, "-a")])
        #expect(
            steps == [
                step(0, .press(38)), step(50, .press(Self.third)), step(100, .release(38)), step(100, .press(38)),
                step(150, .release(38)), step(150, .release(Self.third)),
            ])
    }

    @Test func `a text that begins with a modifier is given time for it`() throws {
        let steps = try schedule([(0, "A"), (100, "-A")])
        #expect(
            steps == [
                step(30, .press(Self.shift)), step(60, .press(38)), step(160, .release(38)),
                step(160, .release(Self.shift)),
            ])
    }

    @Test func `nothing is pressed while the map changes`() throws {
        let steps = try schedule([(0, "é"), (50, "-é"), (100, "A"), (200, "è"), (220, "-A"), (250, "-è")], spare: 1)
        #expect(
            steps == [
                step(0, .remap([.init(keycode: 200, keysym: Keysym("é"))])), step(0, .press(200)),
                step(50, .release(200)), step(75, .press(Self.shift)), step(100, .press(38)),
                step(150, .release(38)), step(150, .release(Self.shift)),
                step(150, .remap([.init(keycode: 200, keysym: Keysym("è"))])), step(200, .press(200)),
                step(250, .release(200)),
            ])
    }
}

extension Duration {
    fileprivate var milliseconds: Double { self / .milliseconds(1) }
}
