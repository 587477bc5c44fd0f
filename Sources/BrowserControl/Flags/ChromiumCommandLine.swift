import AgentCore
package import FSService

/// The switches Chromium is started with: those of the machine's configuration, and those set since, as one list.
package struct ChromiumCommandLine: Sendable, Equatable {
    private static let except = "--disable-extensions-except"
    private static let load = "--load-extension"
    private static let none = "--disable-extensions"

    package let flags: FlagList

    /// - Parameters:
    ///   - base: of the configuration, separated by blanks; there is no quoting. What is no switch is left out.
    ///   - stored: those set since.
    ///   - forcesExtensions: whether a policy installs extensions.
    package init(base: String, stored: FlagList, forcesExtensions: Bool = false) {
        let own = base.split(whereSeparator: \.isWhitespace).map { ChromiumFlag(unchecked: String($0)) }
        var result = FlagList(Self.loading(own.filter { $0.name.hasPrefix("--") }))
        // What the machine says of all extensions does not hold for those that were asked for since.
        if FlagList(Self.loading(stored.flags)).contains(Self.load) { result.remove(Self.none) }
        for flag in Self.loading(stored.flags) { result.add(flag) }
        // It keeps Chromium from fetching what policies install.
        if forcesExtensions { result.remove("--disable-background-networking") }
        flags = result
    }

    /// `--disable-extensions-except` loads what it names, and would switch off what policies install: it becomes the
    /// half of it that is wanted.
    private static func loading(_ flags: [ChromiumFlag]) -> [ChromiumFlag] {
        flags.map { $0.name == except ? ChromiumFlag(name: load, items: $0.items) : $0 }
    }
}

extension ChromiumCommandLine {
    /// As the files say now. Throws `internalError` when one of them is not what the agent writes there.
    package init(base: String, places: BrowserPlaces, files: FileSystemService) async throws {
        let browserFiles = BrowserFiles(places: places, files: files)
        let policies = try await browserFiles.policies.read()
        self.init(
            base: base, stored: try await browserFiles.flags.read(),
            forcesExtensions: policies[ExtensionPolicies.forceList] != nil)
    }
}
