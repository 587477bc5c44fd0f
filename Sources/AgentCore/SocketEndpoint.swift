/// A TCP endpoint, written `host:port`; an IPv6 address stands in brackets there.
package struct SocketEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// An IP address or a host name, IPv6 without brackets.
    package let host: String
    /// 0 lets the kernel choose, when listening.
    package let port: Int

    package init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }

    /// `nil` unless the text is a host, a colon and a port from 1 to 65535.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("[") && host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// As it stands in a URL or a `Host` header.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
