import AgentCore
package import NIOCore
import NIOHTTP1
import Synchronization

/// Chromium's DevTools server: finds it, proves that it works, and waits for it while Chromium is down.
///
/// The address and path of the browser endpoint change with every start of Chromium. What was found is remembered until
/// a connection to it fails, so that a restart of Chromium needs nothing from the agent. Whatever is found anew is
/// proved by a command sent there and answered.
package final class BrowserUpstream: Sendable {
    private struct Knowledge {
        var endpoint: BrowserEndpoint?
        /// Why the last search failed, and when it ended.
        var failure: (error: AgentError, at: ContinuousClock.Instant)?
    }

    let location: DevToolsLocation
    let hold: Hold
    let group: any EventLoopGroup
    private let knowledge = Mutex(Knowledge())
    /// One search at a time: thousands of clients come back at once when Chromium does.
    private let searches = TurnQueue(width: 1)

    /// - Parameters:
    ///   - group: the event loops for connections of the agent's own.
    ///   - holdTimeout: how long clients wait for a Chromium that is down before they are turned away.
    package init(_ location: DevToolsLocation, group: any EventLoopGroup, holdTimeout: Duration = .seconds(10)) {
        self.location = location
        self.group = group
        self.hold = Hold(timeout: holdTimeout)
    }

    /// Asks for a DevTools document, or has a command carried out, waiting for Chromium if need be. A command is sent
    /// once only.
    ///
    /// - Throws: `unavailable` after the hold timeout, `badGateway`.
    func fetch(
        _ method: HTTPMethod, _ uri: String, on eventLoop: any EventLoop
    ) async throws -> (response: UpstreamResponse, server: UpstreamServer) {
        if method == .GET {
            return try await usingEndpoint { (try await $0.server.fetch(method, uri, on: eventLoop), $0.server) }
        }
        let server = try await hold.run { try await find() }.server
        return (try await server.fetch(method, uri, on: eventLoop), server)
    }

    /// Opens a WebSocket to a target, waiting for Chromium if need be. The caller closes the connection.
    ///
    /// - Throws: `unavailable` after the hold timeout, `badGateway`.
    func open(
        _ target: CDPTarget, _ handshake: WebSocketHandshake, on eventLoop: any EventLoop
    ) async throws -> OpeningHandshake {
        try await usingEndpoint { endpoint in
            let path = target.path(in: endpoint)
            let opening = try await endpoint.server.shakeHands(handshake, uri: path, on: eventLoop)
            guard target == .browser, opening.head.status == .notFound else { return opening }
            opening.connection.close()
            throw AgentError.unavailable("Chromium has been restarted; try again in a moment")
        }
    }

    /// Runs `body` on the remembered endpoint, or one that is looked for, until it finds Chromium there.
    private func usingEndpoint<Result>(_ body: (BrowserEndpoint) async throws -> Result) async throws -> Result {
        try await hold.run {
            let remembered = knowledge.withLock(\.endpoint)
            let endpoint = if let remembered { remembered } else { try await search() }
            do {
                return try await body(endpoint)
            } catch let error as AgentError where error.code == .unavailable {
                forget(endpoint)
                guard remembered != nil else { throw error }
                return try await body(try await search())
            }
        }
    }

    /// Looks for Chromium unless somebody has just done so.
    private func search() async throws -> BrowserEndpoint {
        try await searches.withTurn {
            let known = knowledge.withLock { $0 }
            if let endpoint = known.endpoint { return endpoint }
            if let failure = known.failure, failure.at + .milliseconds(20) > .now { throw failure.error }
            return try await find()
        }
    }

    /// Looks for Chromium and remembers where it is, or why not.
    func find() async throws -> BrowserEndpoint {
        do {
            let endpoint = try await BrowserSearch(location: location, eventLoop: group.any()).run()
            knowledge.withLock { $0 = Knowledge(endpoint: endpoint) }
            return endpoint
        } catch let error as AgentError {
            knowledge.withLock { $0 = Knowledge(failure: (error, .now)) }
            throw error
        }
    }

    private func forget(_ endpoint: BrowserEndpoint) {
        knowledge.withLock { if $0.endpoint?.path == endpoint.path { $0.endpoint = nil } }
    }
}

extension CDPTarget {
    fileprivate func path(in endpoint: BrowserEndpoint) -> String {
        switch self {
        case .browser: endpoint.path
        case .path(let path): path
        }
    }
}
