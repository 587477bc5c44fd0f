import AgentCore

/// How to produce a sequence of keysyms on a given keyboard: a pure function of both.
struct TypingPlan: Equatable, Sendable {
    struct Step: Equatable, Sendable {
        /// Spare keys that are given new meanings first. By then, everything typed before must have been read by the
        /// client.
        var remapped: [SpareKeys.Key] = []
        let stroke: Keystroke
    }

    /// One for each keysym.
    let steps: [Step]

    /// Throws `internalError` when a keysym is not on the layout and there is no spare key to put it onto.
    init(_ keysyms: [Keysym], layout: KeyboardLayout) throws {
        var spareKeys = layout.spareKeys
        var steps: [Step] = []
        steps.reserveCapacity(keysyms.count)
        var rest = keysyms[...]
        while !rest.isEmpty {
            let (batch, missing) = Self.nextBatch(of: rest, layout: layout)
            var remapped = spareKeys.assign(missing)
            for keysym in batch {
                guard let stroke = layout.strokes[keysym] ?? spareKeys.stroke(for: keysym) else { break }
                steps.append(Step(remapped: remapped, stroke: stroke))
                remapped = []
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
        of keysyms: ArraySlice<Keysym>, layout: KeyboardLayout
    ) -> (batch: ArraySlice<Keysym>, missing: [Keysym]) {
        var missing: [Keysym] = []
        var seen: Set<Keysym> = []
        for (index, keysym) in zip(keysyms.indices, keysyms) where layout.strokes[keysym] == nil {
            if seen.contains(keysym) { continue }
            if missing.count == layout.spareKeys.keys.count { return (keysyms[..<index], missing) }
            seen.insert(keysym)
            missing.append(keysym)
        }
        return (keysyms, missing)
    }
}
