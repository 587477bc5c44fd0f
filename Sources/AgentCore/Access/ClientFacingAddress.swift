/// How a client reaches the agent, for the addresses handed back to it.
///
/// A reverse proxy in front says by `X-Forwarded-Proto` and `X-Forwarded-Host` what the client used; the first value of
/// each counts, the one of the outermost proxy.
package struct ClientFacingAddress: Sendable, Equatable {
    /// Host and optionally port, as in a `Host` header.
    package let authority: String
    /// Whether the client's own connection is encrypted.
    package let isSecure: Bool

    package init(authority: String, isSecure: Bool) {
        self.authority = authority
        self.isSecure = isSecure
    }

    /// - Parameters:
    ///   - forwardedHost: value of `X-Forwarded-Host`, and likewise the next.
    ///   - host: value of `Host`.
    ///   - isSecure: whether the connection to the agent is encrypted.
    ///   - fallback: stands in for an absent `Host` (HTTP/1.0).
    package init(
        forwardedHost: String?, forwardedProtocol: String?, host: String?, isSecure: Bool, fallback: SocketEndpoint
    ) {
        let outermost = forwardedHost.map(Self.firstElement(of:)).flatMap { HostName.isWellFormed($0) ? $0 : nil }
        authority = outermost ?? host ?? fallback.description
        let scheme = forwardedProtocol.map { Self.firstElement(of: $0).lowercased() }
        self.isSecure = scheme.map { ["https", "wss"].contains($0) } ?? isSecure
    }

    package var webSocketScheme: String { isSecure ? "wss" : "ws" }
    package var httpScheme: String { isSecure ? "https" : "http" }

    /// Of a comma-separated header.
    private static func firstElement(of list: String) -> String {
        let element = list.prefix { $0 != "," }.drop { $0 == " " || $0 == "\t" }
        return String(element.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
