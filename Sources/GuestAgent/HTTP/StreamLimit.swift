import AgentCore
import Synchronization

/// How many answers without an end are given at the same time: event streams, recordings that are followed, and
/// terminals. Each keeps a connection for as long as its client likes, so they must not take all there are.
final class StreamLimit: Sendable {
    private let limit: Int
    private let count = Atomic<Int>(0)

    /// - Parameter limit: 1 or more.
    init(_ limit: Int) {
        self.limit = limit
    }

    /// A place for one stream.
    ///
    /// - Throws: `resourceExhausted` when all are taken.
    func admit() throws(AgentError) -> StreamPlace {
        let place = StreamPlace(limit: self)
        guard count.load(ordering: .relaxed) <= limit else {
            throw AgentError(.resourceExhausted, "\(limit) streams are open, which is the limit; end one first")
        }
        return place
    }

    fileprivate func enter() { count.wrappingAdd(1, ordering: .relaxed) }
    fileprivate func leave() { count.wrappingSubtract(1, ordering: .relaxed) }
}

/// The place of a stream, which is free again when nobody holds it any more: also when its client has left before the
/// answer began.
final class StreamPlace: Sendable {
    private let limit: StreamLimit

    fileprivate init(limit: StreamLimit) {
        self.limit = limit
        limit.enter()
    }

    deinit { limit.leave() }
}
