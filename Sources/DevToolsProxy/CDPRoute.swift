import AgentCore
import NIOHTTP1

/// What a DevTools WebSocket is opened to.
enum CDPTarget: Sendable, Equatable {
    /// The browser endpoint of the Chromium that runs now.
    case browser
    /// A target's endpoint, such as `/devtools/page/<id>`.
    case path(String)

    /// Paths of the form `/devtools/<kind>/<id>` name their target; every other, an outdated browser endpoint among
    /// them, stands for the browser. Queries are for proxies in front and are not looked at.
    init(_ target: RequestTarget) {
        let components = target.components
        if components.count >= 3, components[0] == "devtools", components[1] != "browser" {
            self = .path(target.normalizedPath)
        } else {
            self = .browser
        }
    }
}

/// A DevTools document or command a plain HTTP request asks for.
struct CDPDocument: Sendable, Equatable {
    /// Under which Chromium has it.
    let uri: String

    private static let documents: Set<String> = ["/json", "/json/list", "/json/version", "/json/protocol"]
    private static let commands: Set<Substring> = ["new", "activate", "close"]

    /// - Throws: `methodNotAllowed`, `notFound` for what is not there, `upgradeRequired` for what only a WebSocket
    ///   reaches.
    init(_ method: HTTPMethod, _ target: RequestTarget) throws(AgentError) {
        let path = target.normalizedPath
        let components = target.components
        if Self.documents.contains(path) {
            guard method == .GET else { throw AgentError(.methodNotAllowed, "\(path) is read with GET") }
            uri = path
        } else if components.first == "json", components.count > 1, Self.commands.contains(components[1]) {
            uri = target.query.map { "\(path)?\($0)" } ?? path
        } else if components.first == "json" {
            throw .notFound("there is no \(path): ask for /json/version, /json/list, /json/protocol or /json/new")
        } else {
            throw AgentError(.upgradeRequired, "open a WebSocket here, or ask for /json/version")
        }
    }
}
