/// What carrying out a `KeyPlan` on a given keyboard sends, and when: a pure function of both.
struct KeySchedule: Equatable, Sendable {
    enum Action: Equatable, Sendable {
        /// Nothing is pressed then. It takes the time that the client needs to read what was sent before and the new
        /// keyboard map; what follows is that much later.
        case remap([SpareKeys.Key])
        /// Nothing is pressed then, and what follows is later, as for `remap`.
        case paste(String)
        /// Of a keycode.
        case press(UInt8)
        case release(UInt8)
    }

    struct Step: Equatable, Sendable {
        /// From the beginning; never less than that of the step before.
        let offset: Duration
        let action: Action
    }

    /// In the end nothing is pressed.
    private(set) var steps: [Step] = []
    private var modifiers: [UInt8] = []
    /// In the order they were pressed, but for modifiers.
    private var down: [(key: KeyPlan.Key, keycode: UInt8)] = []

    /// Throws what `TypingPlan` throws.
    ///
    /// - Parameter isPasted: which characters no key types into the focused client; by default all are typed.
    init(_ plan: KeyPlan, layout: KeyboardLayout, pasting isPasted: ((Keysym) -> Bool)? = nil) throws {
        let keysyms = try plan.steps.filter(\.isPress).map { try $0.key.keysym }
        var strokes = try TypingPlan(keysyms, layout: layout, pasting: isPasted).steps[...]
        let lead = plan.duration > .zero && strokes.first?.modifiers.isEmpty == false ? Self.lead : .zero
        steps.reserveCapacity(plan.steps.count)
        for step in plan.steps {
            if !step.isPress {
                release(step.key, at: lead + step.offset)
            } else if let next = strokes.popFirst() {
                press(step.key, with: next, at: lead + step.offset)
            }
        }
        releaseAll(at: lead + plan.duration)
    }

    static func == (one: KeySchedule, other: KeySchedule) -> Bool { one.steps == other.steps }
}

extension KeySchedule {
    /// From the press of a modifier to that of the key, where the plan begins with it.
    private static let lead = Duration.milliseconds(60)
    /// At most, from the press of a modifier to that of the key.
    private static let longestLead = Duration.milliseconds(90)
    /// At most, from the last key that needed a modifier to its release.
    private static let longestLag = Duration.milliseconds(70)

    private mutating func press(_ key: KeyPlan.Key, with step: TypingPlan.Step, at offset: Duration) {
        if !step.remapped.isEmpty {
            let previous = steps.last?.offset ?? .zero
            releaseAll(at: previous + (offset - previous) / 2)
            append(.remap(step.remapped), at: previous + (offset - previous) / 2)
        }
        guard case .key(let stroke) = step.means else { return paste(key, at: offset) }
        let (keycode, needed) = (stroke.keycode, stroke.modifiers)
        holdModifiers(needed, before: offset)
        if let held = down.first(where: { $0.keycode == keycode }) { release(held.key, at: offset) }
        append(.press(keycode), at: offset)
        down.append((key, keycode))
    }

    /// What is pasted at one time is pasted together. Its key is never down.
    private mutating func paste(_ key: KeyPlan.Key, at offset: Duration) {
        guard case .character(let scalar) = key else { return }
        if let last = steps.last, last.offset == offset, case .paste(let text) = last.action {
            steps[steps.count - 1] = Step(offset: offset, action: .paste(text + String(scalar)))
        } else {
            releaseAll(at: offset)
            append(.paste(String(scalar)), at: offset)
        }
    }

    /// Does nothing for a key that has been released early.
    private mutating func release(_ key: KeyPlan.Key, at offset: Duration) {
        guard let index = down.firstIndex(where: { $0.key == key }) else { return }
        append(.release(down.remove(at: index).keycode), at: offset)
    }

    /// In the gap between what came last and the key at `offset`. Keys that are down meanwhile are not changed by it:
    /// what a key types is settled when it is pressed.
    private mutating func holdModifiers(_ needed: [UInt8], before offset: Duration) {
        let previous = steps.last?.offset ?? .zero
        let half = (offset - previous) / 2
        for keycode in modifiers.reversed() where !needed.contains(keycode) {
            append(.release(keycode), at: previous + min(half, Self.longestLag))
        }
        for keycode in needed where !modifiers.contains(keycode) {
            append(.press(keycode), at: offset - min(half, Self.longestLead))
        }
        modifiers = needed
    }

    private mutating func releaseAll(at offset: Duration) {
        for held in down { append(.release(held.keycode), at: offset) }
        for keycode in modifiers.reversed() { append(.release(keycode), at: offset) }
        (down, modifiers) = ([], [])
    }

    private mutating func append(_ action: Action, at offset: Duration) {
        steps.append(Step(offset: max(offset, steps.last?.offset ?? .zero), action: action))
    }
}
