/// Decides from a request's head whether its sender may talk to the agent at all.
///
/// Whoever reaches the agent's ports may do everything in the machine. What must not happen is that a web page inside
/// the guest's own browser becomes such a caller. A browser gives itself away: it sends `Origin` with every WebSocket
/// and every cross-site request that is not a plain GET, and `Sec-Fetch-Site` (W3C Fetch Metadata) with the rest. A
/// page that has re-bound its own host name to this machine looks same-origin to the browser, but its `Host` is a name.
/// Command-line clients, Playwright, Puppeteer and Selenium send none of these.
package struct AccessPolicy: Sendable, Equatable {
    /// What the policy looks at. Header values are given as received, one element per field line.
    package struct Request: Sendable, Equatable {
        package var origins: [String]
        package var fetchSites: [String]
        package var hosts: [String]
        /// The connection's other end is this very machine: see `isThisMachine(peer:local:)`.
        package var peerIsThisMachine: Bool

        package init(
            origins: [String] = [], fetchSites: [String] = [], hosts: [String] = [], peerIsThisMachine: Bool = false
        ) {
            self.origins = origins
            self.fetchSites = fetchSites
            self.hosts = hosts
            self.peerIsThisMachine = peerIsThisMachine
        }
    }

    /// Origins that are served although they are web pages, compared as ASCII strings ("https://console.example.com").
    package let allowedOrigins: Set<String>

    package init(allowedOrigins: Set<String> = []) {
        self.allowedOrigins = Set(allowedOrigins.map { $0.lowercased() })
    }

    /// Returns if the request may be served.
    ///
    /// - Throws: `permissionDenied`, with a message that names the header at fault.
    package func check(_ request: Request) throws(AgentError) {
        try checkHost(request)
        guard request.origins.isEmpty else { return try checkOrigins(request.origins) }
        try checkFetchSites(request.fetchSites)
    }

    private func checkOrigins(_ origins: [String]) throws(AgentError) {
        guard let stranger = origins.first(where: { !allowedOrigins.contains($0.lowercased()) }) else { return }
        throw AgentError(
            .permissionDenied,
            "requests from web pages are refused: send no Origin header, or allow the origin \(stranger.quotedExcerpt) "
                + "in the agent's configuration")
    }

    private func checkFetchSites(_ sites: [String]) throws(AgentError) {
        let harmless = sites.allSatisfy { ["same-origin", "none"].contains($0.lowercased()) }
        guard !harmless else { return }
        throw AgentError(
            .permissionDenied, "requests from other web sites are refused: Sec-Fetch-Site must be same-origin or none")
    }

    private func checkHost(_ request: Request) throws(AgentError) {
        guard request.peerIsThisMachine else { return }
        guard let name = request.hosts.first(where: { !HostName.isLiteralOrLocalhost($0) }) else { return }
        throw AgentError(
            .permissionDenied,
            "requests from this machine must name it by IP address or localhost in Host, not \(name.quotedExcerpt)")
    }
}

extension AccessPolicy {
    /// Whether a connection comes from the machine it goes to: from a loopback address, or from the very address it
    /// was sent to. Both are IP literals as `inet_ntop` writes them; `nil` stands for a Unix domain socket.
    package static func isThisMachine(peer: String?, local: String?) -> Bool {
        isLoopback(peer) || peer == local
    }

    /// Whether a peer has a loopback address, or none, as those of Unix domain sockets.
    package static func isLoopback(_ peer: String?) -> Bool {
        guard let peer else { return true }
        let address = peer.hasPrefix("::ffff:") ? String(peer.dropFirst("::ffff:".count)) : peer
        return address == "::1" || address.hasPrefix("127.")
    }
}

extension String {
    /// Quoted and cut to a length that fits an error message.
    fileprivate var quotedExcerpt: String { "\"\(prefix(100))\"" }
}
