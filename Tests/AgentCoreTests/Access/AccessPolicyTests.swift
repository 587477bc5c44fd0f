import AgentCore
import Testing

@Suite("AccessPolicy: pages and names")
struct AccessPolicyTests {
    private let policy = AccessPolicy(allowedOrigins: ["https://console.example.com"])

    /// - Parameter local: the address the request has reached.
    private func request(
        origins: [String] = [], sites: [String] = [], hosts: [String] = [], from peer: String? = "192.0.2.8",
        at local: String? = "192.0.2.7"
    ) -> AccessRequest {
        var request = AccessRequest(.devtools, path: "/json/version")
        request.origins = origins
        request.fetchSites = sites
        request.hosts = hosts
        request.peer = peer
        request.local = local
        return request
    }

    private func loopback(hosts: [String]) -> AccessRequest {
        request(hosts: hosts, from: "127.0.0.1", at: "127.0.0.1")
    }

    private func expectRefusal(_ request: AccessRequest, by policy: AccessPolicy? = nil) {
        let error = #expect(throws: AgentError.self) { try (policy ?? self.policy).admit(request) }
        #expect(error?.code == .permissionDenied)
    }

    @Test("command-line clients are served")
    func plainClient() throws {
        let admission = try policy.admit(request(hosts: ["browser.example.com:9222"]))
        #expect(admission == .init(query: nil, isDelegated: false))
        _ = try policy.admit(loopback(hosts: ["127.0.0.1:9222"]))
        _ = try policy.admit(request(from: nil, at: nil))
    }

    @Test("web pages are refused unless their origin is allowed", arguments: ["http://127.0.0.1:9222", "null", ""])
    func origin(_ origin: String) throws {
        expectRefusal(request(origins: [origin], hosts: ["127.0.0.1"]))
        expectRefusal(request(origins: ["https://console.example.com", origin]))
        _ = try policy.admit(request(origins: ["https://CONSOLE.example.com"], sites: ["cross-site"]))
    }

    @Test("a browser may ask beforehand for pages that are allowed, without their token")
    func preflight() throws {
        let token = try #require(AccessToken("0123456789abcdef"))
        let policy = AccessPolicy(
            allowedOrigins: ["https://console.example.com"], tokens: AccessTokens([token]))
        #expect(policy.admitsPreflight(of: request(origins: ["https://console.example.com"])))
        for origins in [[], ["https://other.example.com"], ["https://console.example.com", "null"]] {
            #expect(!policy.admitsPreflight(of: request(origins: origins)))
        }
        var rebound = loopback(hosts: ["evil.example"])
        rebound.origins = ["https://console.example.com"]
        #expect(!policy.admitsPreflight(of: rebound))
    }

    @Test("requests of other sites that carry no origin are refused")
    func fetchMetadata() throws {
        _ = try policy.admit(request(sites: ["none"]))
        _ = try policy.admit(request(sites: ["same-origin"]))
        for site in ["cross-site", "same-site", "", "same-origin, cross-site"] {
            expectRefusal(request(sites: [site]))
        }
        expectRefusal(request(sites: ["none", "cross-site"]))
    }

    @Test(
        "a name re-bound to this machine is refused from this machine only",
        arguments: [
            "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:9222", "127.0.0.1:x", "[::1", "",
            "0.0.0.0:9222", "[::]:9222", "[::ffff:127.0.0.1]:9222", "[::ffff:7f00:1]",
        ])
    func rebinding(_ host: String) throws {
        expectRefusal(loopback(hosts: [host]))
        _ = try policy.admit(request(hosts: [host]))
    }

    @Test(
        "addresses and localhost name this machine",
        arguments: ["localhost", "LOCALHOST:1", "10.0.0.7:9222", "[::1]:80"])
    func literalHosts(_ host: String) throws {
        _ = try policy.admit(loopback(hosts: [host]))
    }

    @Test("names that are allowed are the only ones, from everywhere")
    func allowedHosts() throws {
        let strict = AccessPolicy(allowedHosts: ["VM.example"])
        _ = try strict.admit(request(hosts: ["vm.example:10001"]))
        _ = try strict.admit(request(hosts: ["192.0.2.7:10001"]))
        _ = try strict.admit(loopback(hosts: ["vm.example"]))
        expectRefusal(request(hosts: ["evil.example"]), by: strict)
        expectRefusal(loopback(hosts: ["vm.example.evil.example"]), by: strict)
    }

    /// Browsers say nothing of the page on their way to an address that is not loopback.
    @Test("from this machine only loopback is a way in, unless there is none or a token speaks for the request")
    func ownAddress() throws {
        let own = request(hosts: ["192.0.2.7"], from: "192.0.2.7")
        expectRefusal(own)
        _ = try AccessPolicy(servesLoopback: false).admit(own)
        let token = try #require(AccessToken("0123456789abcdef"))
        var authorised = own
        authorised.authorizations = ["Bearer 0123456789abcdef"]
        _ = try AccessPolicy(tokens: AccessTokens([token])).admit(authorised)
    }

    @Test("a connection to the machine's own address comes from this machine")
    func thisMachine() {
        #expect(request(from: "127.8.0.1", at: "127.0.0.1").comesFromThisMachine)
        #expect(request(from: "::1", at: "::1").comesFromThisMachine)
        #expect(request(from: "::ffff:127.0.0.1", at: "::ffff:127.0.0.1").comesFromThisMachine)
        #expect(request(from: "192.0.2.7").comesFromThisMachine)
        #expect(request(from: nil, at: nil).comesFromThisMachine)
        #expect(!request().comesFromThisMachine)
    }
}
