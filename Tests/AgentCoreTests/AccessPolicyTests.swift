import AgentCore
import Testing

@Suite("AccessPolicy")
struct AccessPolicyTests {
    private let policy = AccessPolicy(allowedOrigins: ["https://console.example.com"])

    @Test("command-line clients are served")
    func plainClient() throws {
        try policy.check(.init(hosts: ["browser.example.com:9222"]))
        try policy.check(.init(hosts: ["127.0.0.1:9222"], peerIsThisMachine: true))
        try policy.check(.init(peerIsThisMachine: true))
    }

    @Test("web pages are refused unless their origin is allowed", arguments: ["http://127.0.0.1:9222", "null", ""])
    func origin(_ origin: String) throws {
        expectRefusal(.init(origins: [origin], hosts: ["127.0.0.1"]))
        expectRefusal(.init(origins: ["https://console.example.com", origin]))
        try policy.check(.init(origins: ["https://CONSOLE.example.com"], fetchSites: ["cross-site"]))
    }

    @Test("requests of other sites that carry no origin are refused")
    func fetchMetadata() throws {
        try policy.check(.init(fetchSites: ["none"]))
        try policy.check(.init(fetchSites: ["same-origin"]))
        for site in ["cross-site", "same-site", "", "same-origin, cross-site"] {
            expectRefusal(.init(fetchSites: [site]))
        }
        expectRefusal(.init(fetchSites: ["none", "cross-site"]))
    }

    @Test(
        "a name re-bound to this machine is refused from this machine only",
        arguments: ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:9222", "127.0.0.1:x", "[::1", ""])
    func rebinding(_ host: String) throws {
        expectRefusal(.init(hosts: [host], peerIsThisMachine: true))
        try policy.check(.init(hosts: [host]))
    }

    @Test(
        "addresses and localhost name this machine",
        arguments: ["localhost", "LOCALHOST:1", "10.0.0.7:9222", "[::1]:80"])
    func literalHosts(_ host: String) throws {
        try policy.check(.init(hosts: [host], peerIsThisMachine: true))
    }

    @Test("a connection to the machine's own address comes from this machine")
    func thisMachine() {
        #expect(AccessPolicy.isThisMachine(peer: "127.8.0.1", local: "127.0.0.1"))
        #expect(AccessPolicy.isThisMachine(peer: "::1", local: "::1"))
        #expect(AccessPolicy.isThisMachine(peer: "::ffff:127.0.0.1", local: "::ffff:127.0.0.1"))
        #expect(AccessPolicy.isThisMachine(peer: "192.0.2.7", local: "192.0.2.7"))
        #expect(AccessPolicy.isThisMachine(peer: nil, local: nil))
        #expect(!AccessPolicy.isThisMachine(peer: "192.0.2.8", local: "192.0.2.7"))
    }

    private func expectRefusal(_ request: AccessPolicy.Request) {
        let error = #expect(throws: AgentError.self) { try policy.check(request) }
        #expect(error?.code == .permissionDenied)
    }
}
