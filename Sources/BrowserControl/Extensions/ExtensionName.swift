package import AgentCore

/// What a client calls an extension: the name of its directory, and a part of URLs.
package struct ExtensionName: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// - Throws: `invalidArgument` unless it has 1 to 255 letters, digits, dots, underscores and hyphens, and does not
    ///   begin with a dot.
    package init(_ text: String) throws(AgentError) {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
        guard (1...255).contains(text.utf8.count), text.allSatisfy(allowed.contains), text.first != "." else {
            throw .invalidArgument(
                "\"\(text.prefix(80))\" cannot name an extension: use 1 to 255 letters, digits, dots, underscores and "
                    + "hyphens, not beginning with a dot")
        }
        description = text
    }
}
