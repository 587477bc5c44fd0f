import AgentCore

/// Names of what is not complete yet. Watches do not show them.
enum StagingName {
    static let prefix = ".guest-agent-"

    /// A name nobody has, for a file or directory beside its destination.
    static func make() throws(AgentError) -> FilePath {
        try FilePath(prefix + String(UInt64.random(in: .min ... .max), radix: 16))
    }
}
