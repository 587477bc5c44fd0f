import AgentCore

/// How to produce a sequence of keysyms on a given keyboard: a pure function of both.
struct TypingPlan: Equatable, Sendable {
    enum Means: Equatable, Sendable {
        case key(Keystroke)
        /// For what the focused client misunderstands.
        case pasting
    }

    struct Step: Equatable, Sendable {
        /// Spare keys that are given new meanings first. By then, everything typed before must have been read by the
        /// client.
        var remapped: [SpareKeys.Key] = []
        let means: Means

        var modifiers: [UInt8] {
            if case .key(let stroke) = means { stroke.modifiers } else { [] }
        }
    }

    /// One for each keysym.
    let steps: [Step]

    /// Throws `internalError` when a keysym is not on the layout and there is no spare key to put it onto.
    init(_ keysyms: [Keysym], layout: KeyboardLayout, pasting isPasted: ((Keysym) -> Bool)? = nil) throws {
        var spareKeys = layout.spareKeys
        var steps: [Step] = []
        steps.reserveCapacity(keysyms.count)
        var rest = keysyms[...]
        while !rest.isEmpty {
            let (batch, missing) = Self.nextBatch(of: rest, layout: layout, pasting: isPasted)
            var remapped = spareKeys.assign(missing)
            for keysym in batch {
                if isPasted?(keysym) == true {
                    steps.append(Step(means: .pasting))
                } else if let stroke = layout.strokes[keysym] ?? spareKeys.stroke(for: keysym) {
                    steps.append(Step(remapped: remapped, means: .key(stroke)))
                    remapped = []
                }
            }
            guard !batch.isEmpty else {
                throw AgentError.internalError("the keyboard layout leaves no free key for characters it lacks")
            }
            rest = rest.dropFirst(batch.count)
        }
        self.steps = steps
    }

    /// The longest beginning of `keysyms` that needs no more spare keys than there are, and the distinct keysyms in it
    /// that need one.
    private static func nextBatch(
        of keysyms: ArraySlice<Keysym>, layout: KeyboardLayout, pasting isPasted: ((Keysym) -> Bool)?
    ) -> (batch: ArraySlice<Keysym>, missing: [Keysym]) {
        var missing: [Keysym] = []
        var seen: Set<Keysym> = []
        for (index, keysym) in zip(keysyms.indices, keysyms) where layout.strokes[keysym] == nil {
            if seen.contains(keysym) || isPasted?(keysym) == true { continue }
            if missing.count == layout.spareKeys.keys.count { return (keysyms[..<index], missing) }
            seen.insert(keysym)
            missing.append(keysym)
        }
        return (keysyms, missing)
    }
}
