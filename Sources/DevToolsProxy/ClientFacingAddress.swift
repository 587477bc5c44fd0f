import AgentCore
import NIOCore
import NIOHTTP1

/// How the client reaches this proxy, for the addresses handed back to it.
///
/// A reverse proxy in front says by `X-Forwarded-Proto` and `X-Forwarded-Host` what the client used; the first value of
/// each counts, the one of the outermost proxy.
struct ClientFacingAddress: Sendable, Equatable {
    /// Host and optionally port, as in a `Host` header.
    let authority: String
    /// Whether the client's own connection is encrypted.
    let isSecure: Bool

    init(authority: String, isSecure: Bool) {
        self.authority = authority
        self.isSecure = isSecure
    }

    /// - Parameter fallback: stands in for an absent `Host` (HTTP/1.0).
    init(_ headers: HTTPHeaders, fallback: SocketAddress?) {
        let forwardedHost = headers.firstListElement(of: "x-forwarded-host").flatMap {
            HostName.isWellFormed($0) ? $0 : nil
        }
        let address = SocketEndpoint(host: fallback?.ipAddress ?? "127.0.0.1", port: fallback?.port ?? 80)
        authority = forwardedHost ?? headers.first(name: "host") ?? address.description
        isSecure = ["https", "wss"].contains(headers.firstListElement(of: "x-forwarded-proto")?.lowercased())
    }

    var webSocketScheme: String { isSecure ? "wss" : "ws" }
    var httpScheme: String { isSecure ? "https" : "http" }
}

extension HTTPHeaders {
    /// The first element of a comma-separated header.
    fileprivate func firstListElement(of name: String) -> String? {
        self[canonicalForm: name].first.map(String.init)
    }
}
