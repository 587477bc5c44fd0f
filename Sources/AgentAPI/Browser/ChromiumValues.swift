/// The body of /chromium/flags, and the form of the file the flags are kept in.
package struct ChromiumFlagsRequest: Codable, Sendable {
    package let flags: [String]
}

/// What /configure answers when a step failed.
package struct ConfigureError: Codable, Sendable {
    package let code: String
    package let message: String
    package let phase: String
    package let step: String?

    package init(code: String, message: String, phase: String, step: String?) {
        self.code = code
        self.message = message
        self.phase = phase
        self.step = step
    }
}

/// What is answered where there is nothing to say but that it is done.
package struct OkResponse: Codable, Sendable {
    package let ok: Bool

    package init(ok: Bool = true) {
        self.ok = ok
    }
}
