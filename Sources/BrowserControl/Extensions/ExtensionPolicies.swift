import AgentCore

/// What extensions add to the managed policies.
struct ExtensionPolicies {
    /// Where the directory of extensions is served, with a slash at its end.
    let address: String

    static let forceList = "ExtensionInstallForcelist"
    static let settings = "ExtensionSettings"

    /// One that a policy installs gets an entry of the list of those; each is allowed by its id, whatever the others are.
    func adding(_ extensions: [StagedExtension], to policies: [String: JSONValue]) -> [String: JSONValue] {
        var result = policies
        var forced = policies[Self.forceList]?.array ?? []
        var settings = policies[Self.settings]?.object ?? [:]
        for each in extensions {
            let id = each.id.description
            switch each.installation {
            case .unpacked: settings[id] = .object(["installation_mode": .string("allowed")])
            case .forced:
                let update = "\(address)\(each.name)/update.xml"
                forced.removeAll { $0.string?.hasPrefix(id) ?? false }
                forced.append(.string("\(id);\(update)"))
                settings[id] = .object([
                    "installation_mode": .string("force_installed"), "update_url": .string(update),
                ])
            }
        }
        if !forced.isEmpty { result[Self.forceList] = .array(forced) }
        if !settings.isEmpty { result[Self.settings] = .object(settings) }
        return result
    }
}
