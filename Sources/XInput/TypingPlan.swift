import AgentCore

/// How to type a text on a given keyboard: a pure function of both.
struct TypingPlan: Equatable, Sendable {
    enum Step: Equatable, Sendable {
        /// Give spare keys new meanings. Everything typed before must have been read by the client by then.
        case remap([SpareKeys.Key])
        case type([Keystroke])
    }

    let steps: [Step]

    /// Throws `invalidArgument` for a control character no key produces, `internalError` when the text needs a
    /// character the layout lacks and there is no spare key to put it onto.
    init(text: String, layout: KeyboardLayout) throws {
        let keysyms = try Self.keysyms(of: text)
        var spareKeys = layout.spareKeys
        var steps: [Step] = []
        var rest = keysyms[...]
        while !rest.isEmpty {
            let (batch, missing) = Self.nextBatch(of: rest, layout: layout)
            guard !batch.isEmpty else {
                throw AgentError.internalError("the keyboard layout leaves no free key for characters it lacks")
            }
            let changed = spareKeys.assign(missing)
            if !changed.isEmpty { steps.append(.remap(changed)) }
            steps.append(.type(batch.compactMap { layout.strokes[$0] ?? spareKeys.stroke(for: $0) }))
            rest = rest.dropFirst(batch.count)
        }
        self.steps = steps
    }

    /// A line break is one press of Return, however it is written.
    private static func keysyms(of text: String) throws -> [Keysym] {
        var previous: Unicode.Scalar?
        return try text.unicodeScalars.compactMap { scalar in
            defer { previous = scalar }
            return scalar == "\n" && previous == "\r" ? nil : try Keysym(typing: scalar)
        }
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
