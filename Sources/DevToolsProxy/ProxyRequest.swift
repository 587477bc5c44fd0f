import AgentCore
import NIOCore
import NIOHTTP1

/// A client's request head that has been found fit to be served.
struct ProxyRequest: Sendable {
    let head: HTTPRequestHead
    let target: RequestTarget
    /// What the client calls this proxy.
    let clientAddress: ClientFacingAddress

    /// - Throws: `invalidArgument` for a head HTTP/1.1 does not allow, `permissionDenied` for one `policy` refuses.
    init(
        head: HTTPRequestHead, policy: AccessPolicy, peer: SocketAddress?, local: SocketAddress?
    ) throws(AgentError) {
        let hosts = head.headers["host"]
        try Self.checkHosts(hosts, version: head.version)
        let isThisMachine = AccessPolicy.isThisMachine(peer: peer?.ipAddress, local: local?.ipAddress)
        try policy.check(
            AccessPolicy.Request(
                origins: head.headers["origin"], fetchSites: head.headers["sec-fetch-site"], hosts: hosts,
                peerIsThisMachine: isThisMachine))
        self.head = head
        self.target = try RequestTarget(head.uri)
        self.clientAddress = ClientFacingAddress(head.headers, fallback: local)
    }

    /// Exactly one well-formed Host (RFC 9112 §3.2); HTTP/1.0 may go without.
    private static func checkHosts(_ hosts: [String], version: HTTPVersion) throws(AgentError) {
        if hosts.isEmpty, version == .http1_0 { return }
        guard hosts.count == 1, HostName.isWellFormed(hosts[0]) else {
            throw .invalidArgument("send exactly one Host header that names a host and optionally a port")
        }
    }
}
