import AgentCore
import NIOCore
import NIOHTTP1

/// A client's request head that has been found fit to be served.
struct ProxyRequest: Sendable {
    let head: HTTPRequestHead
    /// Without what the request was let in by.
    let target: RequestTarget
    /// What the client calls this proxy.
    let clientAddress: ClientFacingAddress
    private let configuration: ProxyConfiguration

    /// - Throws: `invalidArgument` for a head HTTP/1.1 does not allow, `permissionDenied` or `unauthenticated` for one
    ///   that the access policy refuses.
    init(
        head: HTTPRequestHead, configuration: ProxyConfiguration, peer: SocketAddress?, local: SocketAddress?
    ) throws(AgentError) {
        try Self.checkHosts(head.headers["host"], version: head.version)
        let target = try RequestTarget(head.uri)
        var request = AccessRequest(
            configuration.listener, head.method.rawValue, path: target.path, query: target.query)
        request.origins = head.headers["origin"]
        request.fetchSites = head.headers["sec-fetch-site"]
        request.hosts = head.headers["host"]
        request.authorizations = head.headers["authorization"]
        request.peer = peer?.ipAddress
        request.local = local?.ipAddress
        let admission = try configuration.accessPolicy.admit(request)
        self.head = head
        self.target = RequestTarget(path: target.path, query: admission.query)
        self.clientAddress = ClientFacingAddress(
            head.headers, isSecure: configuration.encryption != nil, fallback: local)
        self.configuration = configuration
    }

    /// Puts addresses into the upstream's answers by which the client that has sent this request can go on. Once tokens
    /// are needed they are signed, because clients that follow them do not all send their token again.
    func rewriter(for server: UpstreamServer) -> AddressRewriter {
        var rewriter = AddressRewriter(address: clientAddress, upstream: server.address.description)
        if let signer = configuration.accessPolicy.addressSigner {
            let listener = configuration.listener
            rewriter.sign = { signer.sign(AccessRequest(listener, path: $0), lasting: Self.signedLife).target }
        }
        return rewriter
    }

    /// In seconds.
    private static let signedLife: Int64 = 3600

    /// Exactly one well-formed Host (RFC 9112 §3.2); HTTP/1.0 may go without.
    private static func checkHosts(_ hosts: [String], version: HTTPVersion) throws(AgentError) {
        if hosts.isEmpty, version == .http1_0 { return }
        guard hosts.count == 1, HostName.isWellFormed(hosts[0]) else {
            throw .invalidArgument("send exactly one Host header that names a host and optionally a port")
        }
    }
}
