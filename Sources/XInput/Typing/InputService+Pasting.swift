import AgentCore

extension InputService {
    /// A browser that has been told to paste asks for the text at once; a page may be busy.
    private static let pastePatience = Duration.seconds(2)
    /// Does the same on every layout, which Ctrl+V does not.
    private static let pasteKeys = ["shift+Insert"]

    /// Which characters of a text have to be pasted into what has the keyboard focus, for no key types them there.
    func pastes(on session: InputSession) throws -> (Keysym) -> Bool {
        guard clipboard != nil, try on(session, { $0.chromiumHasFocus() }) else { return { _ in false } }
        return \.isMistakenByChromium
    }

    /// Pastes a text, and gives the clipboard back what it had. Of what another program had there only text comes back.
    ///
    /// Does nothing without a clipboard. Throws `timeout` when the focused client does not take the text.
    func paste(_ text: String, on session: InputSession) async throws {
        guard let clipboard else { return }
        try await waitUntilRead(on: session)
        // Without text there is nothing to give back.
        let previous = (try? await clipboard.read()) ?? ""
        try await clipboard.write(text)
        do {
            let keycodes = try on(session) { try $0.keycodes(toHold: Self.pasteKeys.map(KeySequence.init(parsing:))) }
            try on(session) { tap(keycodes, on: $0) }
            guard try await clipboard.isTaken(within: Self.pastePatience) else {
                throw AgentError(
                    .timeout,
                    """
                    the window with the keyboard focus did not take "\(text)", which it can only be given by pasting; \
                    the rest of the text was not typed
                    """)
            }
        } catch {
            try? await clipboard.write(previous)
            throw error
        }
        try await clipboard.write(previous)
    }
}
