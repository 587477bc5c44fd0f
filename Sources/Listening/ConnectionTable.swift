package import AgentCore
package import NIOCore
import Synchronization

/// The connections of one listener, of which there are only so many.
///
/// When all places are taken, a new connection gets that of the one which has kept the agent waiting longest: between
/// two requests, in the middle of a head, or for 5 s in the middle of a body. So idle connections cost nobody a place.
/// When all have work going on, the new one is refused. One client alone (`PeerNetwork`) gets seven places of eight,
/// which leaves some for others.
package final class ConnectionTable: Sendable {
    fileprivate struct State {
        var connections: [ObjectIdentifier: TrackedConnection] = [:]
        var counts: [PeerNetwork: Int] = [:]
    }

    /// The most that are left open, for a second, after a refusal.
    static let lingerLimit = 64

    private let limit: Int
    private let state = Mutex(State())
    private let lingering = Atomic<Int>(0)

    /// - Parameter limit: of connections, 1 or more.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Open at the moment.
    package var count: Int { state.withLock { $0.connections.count } }

    /// What a client that gets no place is told.
    package var refusal: AgentError {
        .unavailable("\(limit) connections are open, which is the limit; close some, or try again in a moment")
    }

    /// Gives a place to a channel that is being set up, on its event loop.
    ///
    /// - Returns: `nil` when there is none. Whoever gets one has to give it up with `leave`.
    package func admit(_ channel: any Channel) -> TrackedConnection? {
        let socket = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable {
            (socket: NIOBSDSocket.Handle) in socket
        }
        let connection = TrackedConnection(channel, network: PeerNetwork(of: socket ?? -1), table: self)
        let (isAdmitted, spared) = state.withLock { [now = channel.eventLoop.now] in
            $0.add(connection, limit: limit, now)
        }
        spared?.evict()
        return isAdmitted ? connection : nil
    }

    func remove(_ connection: TrackedConnection) {
        state.withLock { $0.remove(connection) }
    }

    /// Takes one back that lost its place and goes on nevertheless, beyond the limit.
    func restore(_ connection: TrackedConnection) {
        state.withLock { $0.insert(connection) }
    }

    /// Whether one more connection may be left open after its refusal; one that may has to call `endLingering`.
    func beginLingering() -> Bool {
        if lingering.wrappingAdd(1, ordering: .relaxed).newValue <= Self.lingerLimit { return true }
        endLingering()
        return false
    }

    func endLingering() {
        lingering.wrappingSubtract(1, ordering: .relaxed)
    }
}

extension ConnectionTable.State {
    /// - Returns: whether there was a place, and whose it had been if it was taken.
    fileprivate mutating func add(
        _ connection: TrackedConnection, limit: Int, _ now: NIODeadline
    ) -> (Bool, TrackedConnection?) {
        let hasShare = counts[connection.network, default: 0] < limit - limit / 8
        if connections.count < limit, hasShare {
            insert(connection)
            return (true, nil)
        }
        guard let spared = longestSpare(of: hasShare ? nil : connection.network, at: now) else { return (false, nil) }
        remove(spared)
        insert(connection)
        return (true, spared)
    }

    fileprivate mutating func remove(_ connection: TrackedConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        let left = counts[connection.network, default: 1] - 1
        counts[connection.network] = left == 0 ? nil : left
    }

    fileprivate mutating func insert(_ connection: TrackedConnection) {
        guard !connection.hasLeft else { return }
        connections[ObjectIdentifier(connection)] = connection
        counts[connection.network, default: 0] += 1
    }

    /// - Parameter network: whose connections are looked at; `nil` for all.
    private func longestSpare(of network: PeerNetwork?, at now: NIODeadline) -> TrackedConnection? {
        var found: (connection: TrackedConnection, since: NIODeadline)?
        for connection in connections.values where network == nil || connection.network == network {
            guard let since = connection.spareSince, since <= (found?.since ?? now) else { continue }
            found = (connection, since)
        }
        return found?.connection
    }
}
