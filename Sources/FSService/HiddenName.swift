import AgentCore

/// The names of what is not complete yet: nobody but the agent should touch it, and no archive or watch shows it.
enum HiddenName {
    private static let prefix = Array(".guest-agent-".utf8)

    /// A name nobody else uses.
    static func make() throws(AgentError) -> FilePath {
        try FilePath(bytes: prefix + String(UInt64.random(in: .min ... .max), radix: 16).utf8)
    }

    static func isHidden(_ name: FilePath) -> Bool {
        isHidden(name.bytes)
    }

    /// As above, of a name as the kernel gives it.
    static func isHidden(_ name: [UInt8]) -> Bool {
        name.starts(with: prefix)
    }
}
