import AgentCore
import FoundationEssentials
import NIOCore

/// What the agent needs to know of an extension's `manifest.json`.
struct ExtensionManifest {
    /// Extensions with these permissions work in full only when a policy installs them.
    private static let policyPermissions: Set<String> = ["webRequest", "webRequestBlocking"]

    let key: String?
    let wantsPolicyInstall: Bool

    /// - Throws: `invalidArgument` for what is no manifest: Chromium would refuse it too, and less plainly.
    init(_ content: ByteBuffer, of name: ExtensionName) throws(AgentError) {
        guard let document = try? JSONDecoder().decode(JSONValue.self, from: Data(content.readableBytesView)),
            document.object != nil
        else { throw .invalidArgument("manifest.json of \(name) is not a JSON object") }
        for field in ["name", "version"] where document[field]?.string == nil {
            throw .invalidArgument("manifest.json of \(name) lacks \"\(field)\"")
        }
        guard case .integer(2...3)? = document["manifest_version"] else {
            throw .invalidArgument("manifest.json of \(name) must have \"manifest_version\" 3 (or 2)")
        }
        key = document["key"]?.string
        let permissions = document["permissions"]?.array?.compactMap(\.string) ?? []
        wantsPolicyInstall = !Self.policyPermissions.isDisjoint(with: permissions)
    }
}
