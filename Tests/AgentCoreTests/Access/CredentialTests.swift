import AgentCore
import Synchronization
import Testing

@Suite("AccessPolicy: tokens, tickets, signed URLs")
struct CredentialTests {
    private static let first = "first-token-0123456789"
    private static let second = "second/token+9876543210=="

    private let tokens: AccessTokens
    private let policy: AccessPolicy

    init() throws {
        tokens = AccessTokens(try AccessToken.all(inFile: "# rotated on Monday\n\(Self.first)\n\n\(Self.second) \r\n"))
        policy = AccessPolicy(tokens: tokens)
    }

    private func request(
        _ method: String = "GET", _ path: String = "/fs/list_files", query: String? = nil, authorization: String? = nil,
        origin: String? = nil
    ) -> AccessRequest {
        var request = AccessRequest(.api, method, path: path, query: query)
        request.authorizations = authorization.map { [$0] } ?? []
        request.origins = origin.map { [$0] } ?? []
        request.peer = "192.0.2.8"
        request.local = "192.0.2.7"
        return request
    }

    private func code(of request: AccessRequest) -> AgentError.Code? {
        do {
            _ = try policy.admit(request)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("a ticket ends when secrets are forgotten, and a token does not")
    func forgottenSecrets() throws {
        let ticket = try policy.tickets.issue(for: .init(listener: .api, path: "/fs"), lasting: .seconds(60))
        policy.forgetSecrets()
        #expect(code(of: request(query: "ticket=\(ticket)")) == .unauthenticated)
        #expect(code(of: request(authorization: "Bearer \(Self.first)")) == nil)
    }

    @Test("each token opens, as a bearer or as a password, in any case of the scheme")
    func headers() {
        for token in [Self.first, Self.second] {
            #expect(code(of: request(authorization: "Bearer \(token)")) == nil)
            #expect(code(of: request(authorization: "bearer   \(token)")) == nil)
            let password = Base64.text(Array("anybody:\(token)".utf8))
            #expect(code(of: request(authorization: "Basic \(password)")) == nil)
        }
    }

    @Test(
        "anything else does not",
        arguments: [
            nil, "", "Bearer", "Bearer ", "Bearer wrong-token-0123456789", "Bearer first-token-012345678", first,
            "Basic !!!", "Basic Zmlyc3QtdG9rZW4tMDEyMzQ1Njc4OQ==", "Digest \(first)", "Bearer \(first) x",
        ])
    func wrongHeaders(_ authorization: String?) {
        #expect(code(of: request(authorization: authorization)) == .unauthenticated)
    }

    @Test("a token in the query opens, and is taken out of it", arguments: ["token", "jwt"])
    func query(_ name: String) throws {
        let encoded = Self.second.replacing("/", with: "%2F").replacing("+", with: "%2B").replacing("=", with: "%3D")
        let admission = try policy.admit(request(query: "path=/a&\(name)=\(encoded)&b=%20"))
        #expect(admission == .init(query: "path=/a&b=%20", isDelegated: false))
        #expect(try policy.admit(request(query: "\(name)=\(Self.first)")).query == nil)
        #expect(code(of: request(query: "\(name)=x")) == .unauthenticated)
    }

    @Test("a page's own parameters stay where no token is needed")
    func foreignQuery() throws {
        let admission = try AccessPolicy().admit(request(query: "https://site.example/?token=abc&ticket=1&signature=2"))
        #expect(admission.query == "https://site.example/?token=abc&ticket=1&signature=2")
    }

    @Test("a token does not let a page in")
    func pages() {
        let page = request(authorization: "Bearer \(Self.first)", origin: "https://evil.example")
        #expect(code(of: page) == .permissionDenied)
    }

    @Test("without a token there is liveness, and extensions for the browser of the machine itself")
    func openPaths() {
        #expect(code(of: request("GET", "/health")) == nil)
        #expect(code(of: request("HEAD", "/health")) == nil)
        #expect(code(of: request("POST", "/health")) == .unauthenticated)
        #expect(code(of: request("GET", "/health/")) == .unauthenticated)
        #expect(code(of: request("GET", "/ready")) == .unauthenticated)
        var extensions = request("GET", "/extensions/one/update.xml")
        #expect(code(of: extensions) == .unauthenticated)
        extensions.peer = "127.0.0.1"
        extensions.local = "127.0.0.1"
        #expect(code(of: extensions) == nil)
        extensions.listener = .devtools
        #expect(code(of: extensions) == .unauthenticated)
    }

    @Test("tokens are exchanged while requests come; a signature ends with its token")
    func rotation() throws {
        let signed = policy.signer.sign(request(), lasting: 60)
        let follow = request(query: String(signed.target.split(separator: "?")[1]))
        let fresh = try #require(AccessToken("third-token-0123456789"))
        let old = try AccessToken.all(inFile: Self.first)
        tokens.replace(with: [fresh] + old)
        #expect(code(of: request(authorization: "Bearer \(Self.first)")) == nil)
        #expect(code(of: request(authorization: "Bearer third-token-0123456789")) == nil)
        #expect(code(of: request(authorization: "Bearer \(Self.second)")) == .unauthenticated)
        #expect(code(of: follow) == nil)
        tokens.replace(with: [fresh])
        #expect(code(of: request(authorization: "Bearer \(Self.first)")) == .unauthenticated)
        #expect(code(of: follow) == .unauthenticated)
    }

    @Test(
        "files with something else than tokens are refused, without telling what is in them",
        arguments: ["", "# nothing", "short", "0123456789abcde\u{e4}", "secret with blanks in it"])
    func badFiles(_ text: String) throws {
        let error = #expect(throws: AgentError.self) { try AccessToken.all(inFile: text) }
        let message = try #require(error?.message)
        #expect(text.isEmpty || !message.contains(text))
    }
}

@Suite("Tickets")
struct TicketTests {
    /// A clock that the test sets.
    private final class Clock: Sendable {
        private let start = ContinuousClock.now
        private let passed = Mutex(Duration.zero)

        var now: ContinuousClock.Instant { start + passed.withLock { $0 } }

        func advance(by duration: Duration) { passed.withLock { $0 += duration } }
    }

    private let clock = Clock()
    private let policy: AccessPolicy

    init() throws {
        let token = try #require(AccessToken("0123456789abcdef"))
        policy = AccessPolicy(tokens: AccessTokens([token]), tickets: Tickets(now: { [clock] in clock.now }))
    }

    private func ticket(_ path: String, _ listener: AccessRequest.Listener = .api) throws -> String {
        try policy.tickets.issue(for: .init(listener: listener, path: path), lasting: .seconds(30))
    }

    private func isAdmitted(
        _ ticket: String, _ path: String, _ listener: AccessRequest.Listener = .api, _ method: String = "GET"
    ) -> Bool {
        var request = AccessRequest(listener, method, path: path, query: "a=1&ticket=\(ticket)")
        // As a page elsewhere would send it.
        request.origins = ["https://console.example"]
        request.fetchSites = ["cross-site"]
        request.peer = "192.0.2.8"
        request.local = "192.0.2.7"
        return (try? policy.admit(request)) == .init(query: "a=1", isDelegated: true)
    }

    @Test("a ticket is good once, for its path and what is below")
    func scope() throws {
        let ticket = try ticket("/process/abc")
        for path in ["/process", "/process/abcd", "/process/abc/../def", "/process/abc//x", "/process/abc/%2e%2e"] {
            #expect(!isAdmitted(ticket, path))
        }
        #expect(!isAdmitted(ticket, "/process/abc/attach", .devtools))
        #expect(!isAdmitted(ticket, "/process/abc/attach", .api, "POST"))
        #expect(isAdmitted(ticket, "/process/abc/attach"))
        #expect(!isAdmitted(ticket, "/process/abc/attach"))
    }

    @Test("a ticket for the root is good for everything of its listener")
    func root() throws {
        #expect(isAdmitted(try ticket("/", .devtools), "/devtools/browser/x", .devtools))
        #expect(isAdmitted(try ticket("/", .devtools), "/", .devtools))
    }

    @Test("a ticket ends with its time")
    func expiry() throws {
        let ticket = try ticket("/logs/stream")
        clock.advance(by: .seconds(30))
        #expect(!isAdmitted(ticket, "/logs/stream"))
    }

    @Test("paths that could mean something else are refused", arguments: ["", "x", "/a/../b", "/%61", "//a", "/a?b"])
    func badPaths(_ path: String) {
        #expect(throws: AgentError.self) { try ticket(path) }
    }

    @Test("there are at most 1024 at a time")
    func limit() throws {
        for _ in 0..<Tickets.limit { _ = try ticket("/a") }
        let error = #expect(throws: AgentError.self) { try ticket("/a") }
        #expect(error?.code == .resourceExhausted)
        clock.advance(by: .seconds(30))
        #expect(isAdmitted(try ticket("/a"), "/a"))
    }
}

@Suite("URLSigner")
struct URLSignerTests {
    private let policy: AccessPolicy

    init() throws {
        let token = try #require(AccessToken("0123456789abcdef"))
        policy = AccessPolicy(tokens: AccessTokens([token]))
    }

    private func request(_ method: String, _ target: String, _ listener: AccessRequest.Listener = .api) -> AccessRequest
    {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var request = AccessRequest(listener, method, path: parts[0], query: parts.count > 1 ? parts[1] : nil)
        request.peer = "192.0.2.8"
        request.local = "192.0.2.7"
        return request
    }

    private func isAdmitted(_ request: AccessRequest) -> Bool { (try? policy.admit(request))?.isDelegated == true }

    @Test("a signed URL is good for what it says, however it is encoded, and nothing else")
    func signature() throws {
        let (target, _) = policy.signer.sign(request("GET", "/fs/read_file?path=/tmp/a%20b"), lasting: 60)
        #expect(isAdmitted(request("GET", target)))
        #expect(isAdmitted(request("HEAD", target)))
        #expect(isAdmitted(request("GET", target.replacing("path=/tmp/a%20b", with: "path=%2Ftmp%2Fa+b"))))
        let changed = [
            target.replacing("/tmp/a", with: "/etc/a"), target.replacing("/fs/read_file", with: "/fs/write_file"),
            target + "&path=/etc/passwd", target.replacing("?path", with: "?mode=777&path"),
            target.replacing("?path", with: "?path=/etc/passwd&path"), target.replacing("expires=", with: "expires=9"),
            String(target.dropLast()), target.replacing("&expires", with: "&expires=99999999999&expires"),
            String(target.prefix { $0 != "&" }), target.replacing("signature=", with: "signature=0"),
        ]
        for target in changed { #expect(!isAdmitted(request("GET", target)), "\(target)") }
        #expect(!isAdmitted(request("PUT", target)))
        #expect(!isAdmitted(request("GET", target, .devtools)))
    }

    @Test("it ends with its time")
    func expiry() {
        let signer = URLSigner(tokens: policy.tokens, now: { 1000 })
        #expect(signer.sign(request("GET", "/a"), lasting: 60).end == 1060)
        let (past, _) = signer.sign(request("GET", "/a"), lasting: 60)
        #expect(!isAdmitted(request("GET", past)), "1970 is over")
    }

    @Test("without tokens each agent has a key of its own")
    func ownKey() throws {
        let (target, _) = AccessPolicy().signer.sign(request("GET", "/a"), lasting: 60)
        #expect(try !AccessPolicy().admit(request("GET", target)).isDelegated)
    }
}
