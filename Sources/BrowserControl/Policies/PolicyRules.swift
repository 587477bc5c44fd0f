import AgentCore

/// Which policies a client may set.
enum PolicyRules {
    /// They would cut the agent off from the browser, or undo what it does there.
    private static let refused: Set<String> = [
        "ExtensionSettings", "ExtensionInstallForcelist", "ExtensionInstallBlocklist", "ExtensionInstallBlacklist",
        "ExtensionInstallAllowlist", "ExtensionInstallWhitelist", "BlockExternalExtensions", "ExtensionAllowedTypes",
        "ExtensionInstallSources", "ExtensionManifestV2Availability", "RemoteDebuggingAllowed",
        "DeveloperToolsAvailability", "DeveloperToolsDisabled", "DeveloperToolsAvailabilityAllowlist",
        "DeveloperToolsAvailabilityBlocklist", "ChromeForTestingAllowed", "WebDriverOverridesIncompatiblePolicies",
        "ProxySettings", "ProxyMode", "ProxyServer", "ProxyBypassList", "ProxyPacUrl",
    ]

    /// Of arrays and objects in the value of a policy. Chromium reads 200, and drops the whole file when there are more.
    private static let depthLimit = 100

    /// Throws `invalidArgument` with everything that is wrong, so that a client can put it right in one go.
    static func check(_ policies: [String: JSONValue]) throws(AgentError) {
        guard !policies.isEmpty else { throw .invalidArgument("give at least one policy: {\"NAME\": VALUE}") }
        let problems = policies.keys.sorted().compactMap { name in problem(name, policies[name] ?? .null) }
        guard problems.isEmpty else { throw .invalidArgument(problems.joined(separator: "; ")) }
    }

    private static func problem(_ name: String, _ value: JSONValue) -> String? {
        if refused.contains(name) { return "\(name) cannot be set: \(advice(name))" }
        if value.isNested(deeperThan: depthLimit) {
            return "\(name) must not be nested deeper than \(depthLimit) levels"
        }
        guard let kind = PolicyKinds.known[name], !kind.fits(value) else { return nil }
        return "\(name) must be \(kind.phrase)"
    }

    private static func advice(_ name: String) -> String {
        if name.hasPrefix("Proxy") { return "use the flags --proxy-server and --proxy-bypass-list" }
        if name.hasPrefix("Extension") || name.hasPrefix("BlockExternal") { return "upload the extensions instead" }
        return "the agent reaches the browser by it"
    }
}

/// What the value of a policy has to be.
enum PolicyKind: Sendable {
    case bool, integer, string, list, dictionary

    var phrase: String {
        switch self {
        case .bool: "true or false"
        case .integer: "an integer"
        case .string: "a string"
        case .list: "an array"
        case .dictionary: "an object"
        }
    }

    func fits(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.bool, .bool), (.integer, .integer), (.integer, .unsigned), (.string, .string), (.list, .array),
            (.dictionary, .object):
            true
        default: false
        }
    }
}
