import AgentCore

extension InputService {
    /// Runs `body` with a keyboard that has all keys of `sequences`: those the layout lacks are on spare keys meanwhile.
    ///
    /// Throws `invalidArgument` when they are more than there are spare keys, and what `body` throws.
    func havingKeys<Result>(
        of sequences: [KeySequence], on session: InputSession, _ body: () async throws -> Result
    ) async throws -> Result {
        guard !sequences.isEmpty else { return try await body() }
        let layout = try on(session) { $0.layout() }
        let missing = Set(sequences.flatMap(\.keysyms)).filter {
            layout.strokes[$0] == nil && layout.spareKeys.stroke(for: $0) == nil
        }
        guard !missing.isEmpty else { return try await body() }
        guard missing.count <= layout.spareKeys.keys.count else {
            throw AgentError.invalidArgument(
                "the keyboard layout lacks \(missing.count) of the keys and has room for \(layout.spareKeys.keys.count)"
            )
        }
        var spareKeys = layout.spareKeys
        let changed = spareKeys.assign(Array(missing))
        return try await returningSpareKeys(of: layout.spareKeys, on: session) { borrowed in
            try await remap(changed, on: session, borrowing: &borrowed)
            return try await body()
        }
    }

    func remap(
        _ keys: [SpareKeys.Key], on session: InputSession, borrowing borrowed: inout Set<UInt8>
    ) async throws {
        try await waitUntilRead(on: session)
        borrowed.formUnion(keys.map(\.keycode))
        try on(session) { $0.remap(keys) }
        try await waitUntilRead(on: session)
    }

    /// Runs `body`, and gives the spare keys that it has borrowed their old meaning, whatever way it ends: once the
    /// client has read what they were pressed for.
    func returningSpareKeys<Result>(
        of spareKeys: SpareKeys, on session: InputSession,
        after body: (_ borrowed: inout Set<UInt8>) async throws -> Result
    ) async throws -> Result {
        var borrowed: Set<UInt8> = []
        func giveBack() async throws {
            let keys = spareKeys.keys.filter { borrowed.contains($0.keycode) }
            guard !keys.isEmpty else { return }
            defer { try? on(session) { $0.remap(keys) } }
            try await waitUntilRead(on: session, evenIfCancelled: true)
        }
        let result: Result
        do { result = try await body(&borrowed) } catch {
            try? await giveBack()
            throw error
        }
        try await giveBack()
        return result
    }
}
