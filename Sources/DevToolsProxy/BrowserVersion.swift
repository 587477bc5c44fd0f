import AgentCore

/// What Chromium says of itself in `/json/version`.
package struct BrowserVersion: Sendable, Equatable, Decodable {
    /// Product and version, such as "Chrome/150.0.7871.114".
    package let product: String
    /// Version of the DevTools protocol, such as "1.3".
    package let protocolVersion: String
    package let userAgent: String
    /// The browser endpoint as Chromium knows it, on its own loopback port. New with every start.
    package let webSocketDebuggerURL: String

    private enum CodingKeys: String, CodingKey {
        case product = "Browser"
        case protocolVersion = "Protocol-Version"
        case userAgent = "User-Agent"
        case webSocketDebuggerURL = "webSocketDebuggerUrl"
    }

    /// The path of the browser endpoint.
    ///
    /// - Throws: `badGateway` if the URL has none.
    var browserPath: String {
        get throws(AgentError) {
            let target = try? RequestTarget(webSocketDebuggerURL)
            guard let target, target.path.hasPrefix("/devtools/browser") else {
                throw AgentError(.badGateway, "Chromium names no browser endpoint", cause: webSocketDebuggerURL)
            }
            return target.path
        }
    }
}
