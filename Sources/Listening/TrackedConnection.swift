import AgentCore
import NIOCore
import Synchronization

/// A connection that has a place in a `ConnectionTable`.
package final class TrackedConnection: Sendable {
    private static let neverSpare = UInt64.max

    let network: PeerNetwork
    private let channel: any Channel
    private let table: ConnectionTable
    /// In nanoseconds of NIO's clock.
    private let spareAt: Atomic<UInt64>
    private let left = Atomic<Bool>(false)

    init(_ channel: any Channel, network: PeerNetwork, table: ConnectionTable) {
        (self.channel, self.network, self.table) = (channel, network, table)
        spareAt = Atomic(channel.eventLoop.now.uptimeNanoseconds)
    }

    /// Gives the place up. Further calls do nothing.
    package func leave() {
        left.store(true, ordering: .sequentiallyConsistent)
        table.remove(self)
    }

    /// Whether the place has been given up.
    var hasLeft: Bool { left.load(ordering: .sequentiallyConsistent) }

    /// What a client is told whose place another gets.
    var refusal: AgentError { table.refusal }

    /// Keeps the connection although its place has been given to another: its client has gone on.
    func stay() {
        table.restore(self)
    }

    /// The moment from which the connection may be ended in favour of another; `nil` while the agent works for it.
    var spareSince: NIODeadline? {
        let moment = spareAt.load(ordering: .relaxed)
        return moment == Self.neverSpare ? nil : NIODeadline.uptimeNanoseconds(moment)
    }

    /// Nothing is being done for the connection, and nothing will be from `moment` on unless its client goes on.
    func awaitsClient(from moment: NIODeadline) {
        spareAt.store(moment.uptimeNanoseconds, ordering: .relaxed)
    }

    func isBusy() {
        spareAt.store(Self.neverSpare, ordering: .relaxed)
    }

    /// Ends the connection unless its client has gone on in the meantime. Returns at once.
    func evict() {
        channel.pipeline.fireUserInboundEventTriggered(ConnectionEviction())
    }
}

/// Another connection needs the place of this one.
struct ConnectionEviction: Sendable {}
