/// Decides from a request's head whether its sender may talk to the agent. The one place where that is decided, for
/// every listener: HTTP, event streams, WebSockets and what is relayed alike.
///
/// Whoever is let in may do everything in the machine. Two kinds of strangers must not be:
///
/// - A web page inside the guest's own browser. A browser gives itself away: it sends `Origin` with every WebSocket and
///   every cross-site request that is not a plain GET, and `Sec-Fetch-Site` (W3C Fetch Metadata) with the rest, unless
///   that goes to an address of the machine other than loopback. A page that has re-bound its own host name to this
///   machine looks same-origin to the browser, but its `Host` is a name. Command-line clients, Playwright, Puppeteer and
///   Selenium send none of these.
/// - Whoever else reaches the ports, once there are tokens (`AccessTokens`).
///
/// A ticket (`Tickets`) or a signature (`URLSigner`) in the URL is permission handed on by somebody who had it, for a
/// browser to use: such a request may come from any page, and needs no token.
package struct AccessPolicy: Sendable {
    /// How a request that was let in goes on.
    package struct Admission: Sendable, Equatable {
        /// The request's query less what it was let in by, which must not get into logs or upstream.
        package let query: String?
        /// Whether it was let in by a ticket or a signature, so that a page elsewhere may be what gets the answer.
        package let isDelegated: Bool

        package init(query: String?, isDelegated: Bool) {
            self.query = query
            self.isDelegated = isDelegated
        }
    }

    /// Origins that are served although they are web pages, compared as ASCII strings ("https://console.example.com").
    package let allowedOrigins: Set<String>
    /// Names that `Host` may have besides IP addresses and `localhost`. Without any, only requests from this machine are
    /// bound to those.
    package let allowedHosts: Set<String>
    /// Whether programs in the machine reach the agent at loopback, so that nobody there has to use another address.
    package let servesLoopback: Bool
    package let tokens: AccessTokens
    package let tickets: Tickets
    package let signer: URLSigner

    package init(
        allowedOrigins: Set<String> = [], allowedHosts: Set<String> = [], servesLoopback: Bool = true,
        tokens: AccessTokens = AccessTokens(), tickets: Tickets = Tickets()
    ) {
        self.allowedOrigins = Set(allowedOrigins.map { $0.lowercased() })
        self.allowedHosts = Set(allowedHosts.map { $0.lowercased() })
        self.servesLoopback = servesLoopback
        self.tokens = tokens
        self.tickets = tickets
        signer = URLSigner(tokens: tokens)
    }

    /// Returns if the request may be served. A ticket that lets it in is used up.
    ///
    /// - Throws: `permissionDenied`, with a message that names the header at fault; `unauthenticated` for want of a token.
    package func admit(_ request: AccessRequest) throws(AgentError) -> Admission {
        try checkHosts(of: request)
        let query = URLQuery(request.query)
        let proof = proof(of: request, query)
        if proof?.isDelegated != true { try checkPage(request) }
        guard proof != nil || tokens.isEmpty || isOpen(request) else { throw Self.unauthenticated }
        return Admission(
            query: proof.map { query.text(without: $0.parameters) } ?? request.query,
            isDelegated: proof?.isDelegated ?? false)
    }

    /// Whether a browser may let a page send `request`, of which it has told the method and the page's origin beforehand,
    /// without what the page would prove itself by (the Fetch standard's "CORS-preflight"). Not yet served with that.
    package func admitsPreflight(of request: AccessRequest) -> Bool {
        guard (try? checkHosts(of: request)) != nil, !request.origins.isEmpty else { return false }
        return allowsAll(request.origins) || signer.verifies(URLQuery(request.query), of: request)
    }

    /// Whether pages of these origins may call the agent, and read what it answers.
    package func allowsAll(_ origins: [String]) -> Bool {
        origins.allSatisfy(isAllowed)
    }

    /// Makes worthless what the agent itself has handed out: another machine may have been restored from the same memory.
    package func forgetSecrets() {
        tokens.renewOwnKey()
        tickets.cancelAll()
    }

    /// For addresses that the agent hands to clients; `nil` while nobody needs a token.
    package var addressSigner: URLSigner? { tokens.isEmpty ? nil : signer }

    /// Liveness tells nothing that an open port does not. Chromium fetches the extensions that a policy installs, and
    /// has no token.
    private func isOpen(_ request: AccessRequest) -> Bool {
        guard request.listener == .api, ["GET", "HEAD"].contains(request.method) else { return false }
        return request.path == "/health" || request.path.hasPrefix("/extensions/") && request.comesFromThisMachine
    }

    private static let unauthenticated = AgentError(
        .unauthenticated,
        "this needs the agent's token, as \"Authorization: Bearer TOKEN\", or a ticket or a signed URL made with it")
}

extension AccessPolicy {
    /// What speaks for a request.
    private enum Proof {
        case tokenInHeader
        case tokenInQuery(String)
        case signature
        case ticket

        var isDelegated: Bool {
            switch self {
            case .tokenInHeader, .tokenInQuery: false
            case .signature, .ticket: true
            }
        }

        /// Names of the query's parameters that it consists of.
        var parameters: [String] {
            switch self {
            case .tokenInHeader: []
            case .tokenInQuery(let name): [name]
            case .signature: URLSigner.parameters
            case .ticket: [Tickets.parameter]
            }
        }
    }

    /// Clients that open a WebSocket by its URL alone put the token there; the SDK of the contract calls it `jwt`.
    private static let tokenParameters = ["token", "jwt"]

    private func proof(of request: AccessRequest, _ query: URLQuery) -> Proof? {
        if request.authorizations.contains(where: { tokens.accept(authorization: $0) }) { return .tokenInHeader }
        guard !query.isEmpty else { return nil }
        for name in Self.tokenParameters {
            if let token = query.text(name), tokens.accept(token) { return .tokenInQuery(name) }
        }
        if signer.verifies(query, of: request) { return .signature }
        if let ticket = query.text(Tickets.parameter), tickets.redeem(ticket, for: request) { return .ticket }
        return nil
    }
}

extension AccessPolicy {
    /// What a page could have sent.
    private func checkPage(_ request: AccessRequest) throws(AgentError) {
        guard request.origins.isEmpty else { return try checkOrigins(request.origins) }
        try checkFetchSites(request.fetchSites)
        // Browsers say where a request comes from only to addresses they trust, which loopback is.
        let hidesItsPage = request.comesFromThisMachine && !request.arrivedAtLoopback
        guard hidesItsPage, servesLoopback, tokens.isEmpty else { return }
        throw AgentError(
            .permissionDenied, "requests from this machine must use 127.0.0.1, ::1 or localhost, or a token")
    }

    private func checkOrigins(_ origins: [String]) throws(AgentError) {
        guard let stranger = origins.first(where: { !isAllowed($0) }) else { return }
        throw AgentError(
            .permissionDenied,
            "requests from web pages are refused: send no Origin header, or allow the origin \(stranger.quotedExcerpt) "
                + "in the agent's configuration")
    }

    private func isAllowed(_ origin: String) -> Bool {
        allowedOrigins.contains(origin.lowercased())
    }

    private func checkFetchSites(_ sites: [String]) throws(AgentError) {
        let harmless = sites.allSatisfy { ["same-origin", "none"].contains($0.lowercased()) }
        guard !harmless else { return }
        throw AgentError(
            .permissionDenied, "requests from other web sites are refused: Sec-Fetch-Site must be same-origin or none")
    }

    private func checkHosts(of request: AccessRequest) throws(AgentError) {
        guard request.comesFromThisMachine || !allowedHosts.isEmpty else { return }
        guard let name = request.hosts.first(where: { !isKnown($0) }) else { return }
        throw AgentError(
            .permissionDenied,
            "the Host header must name the agent by IP address or localhost, or by a name its configuration allows, "
                + "not \(name.quotedExcerpt)")
    }

    private func isKnown(_ host: String) -> Bool {
        HostName.isLiteralOrLocalhost(host) || allowedHosts.contains(HostName.withoutPort(host).lowercased())
    }
}

extension String {
    /// Quoted and cut to a length that fits an error message.
    fileprivate var quotedExcerpt: String { "\"\(prefix(100))\"" }
}
