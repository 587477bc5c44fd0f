package import FSService

/// Where the browser's files are, and whose they are.
package struct BrowserPlaces: Sendable {
    /// Chromium's user data directory.
    package var profile: FilePath
    /// Unpacked extensions, a directory each.
    package var extensions: FilePath
    /// The managed policies the agent is in charge of.
    package var policies: FilePath
    /// The switches set since the machine was configured.
    package var flags: FilePath
    /// The user whom Chromium runs as. The agent gives away what it puts there when it is root and there is such a user.
    package var user: String
    /// Where the agent serves the directory of extensions, with a slash at its end.
    package var extensionsAddress: String

    package init(
        profile: FilePath, extensions: FilePath, policies: FilePath, flags: FilePath, user: String,
        extensionsAddress: String
    ) {
        self.profile = profile
        self.extensions = extensions
        self.policies = policies
        self.flags = flags
        self.user = user
        self.extensionsAddress = extensionsAddress
    }
}
