import AgentCore
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// Chromium's DevTools server: finds its browser endpoint, and waits for it while Chromium is down.
///
/// The endpoint's path changes with every start of Chromium. It is asked for over HTTP and remembered until a WebSocket
/// handshake on it fails, so that a restart of Chromium needs nothing from the agent.
final class BrowserUpstream: Sendable {
    let server: UpstreamServer
    private let holdTimeout: Duration
    private let browserPath = Mutex<String?>(nil)

    init(address: SocketEndpoint, holdTimeout: Duration) {
        self.server = UpstreamServer(name: "Chromium", address: address)
        self.holdTimeout = holdTimeout
    }

    /// Asks for a DevTools document, or has a command carried out, waiting for Chromium if need be. A command is sent
    /// once only.
    ///
    /// - Throws: `unavailable` after the hold timeout, `badGateway`.
    func fetch(_ method: HTTPMethod, _ uri: String, on eventLoop: any EventLoop) async throws -> UpstreamResponse {
        guard method == .GET else {
            _ = try await holding { try await version(on: eventLoop) }
            return try await server.fetch(method, uri, on: eventLoop)
        }
        return try await holding { try await server.fetch(method, uri, on: eventLoop) }
    }

    /// Opens a WebSocket to a target, waiting for Chromium if need be. The caller closes the connection.
    ///
    /// - Throws: `unavailable` after the hold timeout, `badGateway`.
    func open(
        _ target: CDPTarget, _ handshake: WebSocketHandshake, on eventLoop: any EventLoop
    ) async throws -> OpeningHandshake {
        try await holding {
            switch target {
            case .path(let path): try await server.shakeHands(handshake, uri: path, on: eventLoop)
            case .browser: try await openBrowser(handshake, on: eventLoop)
            }
        }
    }

    /// What Chromium says of itself, over HTTP, without waiting for it.
    func version(on eventLoop: any EventLoop) async throws -> BrowserVersion {
        let response = try await server.fetch(.GET, "/json/version", on: eventLoop, within: .seconds(5), limit: 1 << 20)
        guard response.head.status == .ok else {
            throw AgentError.unavailable("Chromium is not ready: it answers \(response.head.status.code)")
        }
        do {
            return try JSONDecoder().decode(BrowserVersion.self, from: Data(response.body.readableBytesView))
        } catch {
            throw AgentError(.badGateway, "Chromium's /json/version is not understood", cause: "\(error)")
        }
    }

    /// A remembered path that Chromium no longer knows is forgotten and asked for anew.
    private func openBrowser(
        _ handshake: WebSocketHandshake, on eventLoop: any EventLoop
    ) async throws -> OpeningHandshake {
        if let path = browserPath.withLock({ $0 }) {
            let opening = try await server.shakeHands(handshake, uri: path, on: eventLoop)
            guard opening.head.status == .notFound else { return opening }
            opening.connection.close()
            browserPath.withLock { $0 = nil }
        }
        let path = try await version(on: eventLoop).browserPath
        browserPath.withLock { $0 = path }
        return try await server.shakeHands(handshake, uri: path, on: eventLoop)
    }

    /// Repeats an attempt that finds Chromium unavailable, ever more slowly, until the hold timeout.
    private func holding<Result>(_ attempt: () async throws -> Result) async throws -> Result {
        let deadline = ContinuousClock.now + holdTimeout
        var pause = Duration.milliseconds(25)
        while true {
            do {
                return try await attempt()
            } catch let error as AgentError where error.code == .unavailable {
                let left = deadline - ContinuousClock.now
                guard left > .zero else { throw error }
                try await Task.sleep(for: min(pause, left))
                pause = min(pause * 2, .milliseconds(200))
            }
        }
    }
}
