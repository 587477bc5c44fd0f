package import FSService

/// An extension as it was sent, not looked into yet.
package struct ExtensionUpload: Sendable {
    package let name: ExtensionName
    /// A zip archive.
    package let archive: Spool

    package init(name: ExtensionName, archive: Spool) {
        self.name = name
        self.archive = archive
    }
}

/// An extension that has been unpacked beside its place and found to be one.
struct StagedExtension: Sendable {
    /// How Chromium gets it.
    enum Installation: Sendable, Equatable {
        /// Loaded from its directory.
        case unpacked
        /// Installed by a policy, packed, from the agent's own server.
        case forced
    }

    let name: ExtensionName
    let id: ExtensionID
    let installation: Installation
    /// Where it is now.
    let staging: FilePath
    /// Where it goes.
    let place: FilePath
}
