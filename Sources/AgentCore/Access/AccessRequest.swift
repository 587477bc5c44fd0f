/// What is looked at of a request's head to decide whether it is served.
///
/// Header values are given as received, one element for each field line; path and query are not decoded.
package struct AccessRequest: Sendable, Equatable {
    /// The port a request came in at.
    package enum Listener: String, Sendable, CaseIterable {
        case api, devtools, webdriver, metrics
    }

    package var listener: Listener
    package var method: String
    /// Starts with a slash.
    package var path: String
    /// What follows the question mark; `nil` without one.
    package var query: String?
    package var origins: [String] = []
    package var fetchSites: [String] = []
    package var hosts: [String] = []
    package var authorizations: [String] = []
    /// The other end of the connection, an IP literal as `inet_ntop` writes it; `nil` for a Unix domain socket.
    package var peer: String?
    /// This end of it.
    package var local: String?

    package init(_ listener: Listener, _ method: String = "GET", path: String = "/", query: String? = nil) {
        self.listener = listener
        self.method = method
        self.path = path
        self.query = query
    }

    /// Whether the other end is the machine this end is on: its address is loopback, or the very one it has reached.
    package var comesFromThisMachine: Bool {
        Self.isLoopback(peer) || peer == local
    }

    /// Whether the request has reached the machine at an address that only the machine itself can reach.
    package var arrivedAtLoopback: Bool { Self.isLoopback(local) }

    /// Whether an end of a connection has a loopback address, or none, as those of Unix domain sockets.
    package static func isLoopback(_ address: String?) -> Bool {
        guard let address else { return true }
        let plain = address.hasPrefix("::ffff:") ? address.dropFirst("::ffff:".count) : address[...]
        return plain == "::1" || plain.hasPrefix("127.")
    }
}
