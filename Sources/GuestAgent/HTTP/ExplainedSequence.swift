import AgentCore

/// A sequence that does not fail: what it would fail with becomes its last element, for streams whose clients see no
/// other sign of it than a lost connection.
struct ExplainedSequence<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element: Sendable {
    let base: Base
    let explain: @Sendable (AgentError) -> Base.Element

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var base: Base.AsyncIterator?
        fileprivate let explain: @Sendable (AgentError) -> Base.Element

        mutating func next() async throws -> Base.Element? {
            do {
                return try await base?.next()
            } catch let error as AgentError {
                base = nil
                return explain(error)
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), explain: explain)
    }
}
