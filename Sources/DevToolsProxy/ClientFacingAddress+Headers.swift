import AgentCore
import NIOCore
import NIOHTTP1

extension ClientFacingAddress {
    /// - Parameters:
    ///   - isSecure: whether the client's connection to this proxy is encrypted.
    ///   - fallback: stands in for an absent `Host` (HTTP/1.0).
    init(_ headers: HTTPHeaders, isSecure: Bool = false, fallback: SocketAddress?) {
        self.init(
            forwardedHost: headers.first(name: "x-forwarded-host"),
            forwardedProtocol: headers.first(name: "x-forwarded-proto"), host: headers.first(name: "host"),
            isSecure: isSecure,
            fallback: SocketEndpoint(host: fallback?.ipAddress ?? "127.0.0.1", port: fallback?.port ?? 80))
    }
}
