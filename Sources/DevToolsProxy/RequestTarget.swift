import AgentCore

/// The target of a request line (RFC 9112 §3.2), taken apart but not decoded.
struct RequestTarget: Sendable, Equatable {
    /// Starts with a slash.
    let path: String
    /// What follows the first question mark; `nil` without one.
    let query: String?

    init(path: String, query: String?) {
        self.path = path
        self.query = query
    }

    /// - Throws: `invalidArgument` for anything but an origin or an absolute form.
    init(_ uri: String) throws(AgentError) {
        let origin = Self.originForm(of: uri)
        guard origin.hasPrefix("/") else {
            throw .invalidArgument("the request target must be a path that starts with /")
        }
        let end = origin.firstIndex(of: "?") ?? origin.endIndex
        path = String(origin[..<end])
        query = end == origin.endIndex ? nil : String(origin[origin.index(after: end)...])
    }

    /// Path and query, as received.
    var uri: String { query.map { "\(path)?\($0)" } ?? path }

    /// The path with one slash between its components and none at its end; the root stays "/".
    var normalizedPath: String { "/" + components.joined(separator: "/") }

    /// The path's non-empty components.
    var components: [Substring] { path.split(separator: "/") }

    /// "http://host/path" becomes "/path", "http://host" becomes "/"; anything else is returned as it is.
    private static func originForm(of uri: String) -> Substring {
        let scheme = uri.prefix { $0 != "/" }.lowercased()
        guard scheme == "http:" || scheme == "ws:" else { return Substring(uri) }
        let rest = uri.dropFirst(scheme.count)
        guard rest.hasPrefix("//") else { return Substring(uri) }
        let path = rest.dropFirst(2).drop { $0 != "/" && $0 != "?" }
        return path.hasPrefix("/") ? path : "/\(path)"
    }
}
