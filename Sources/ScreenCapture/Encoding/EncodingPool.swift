import AgentCore
import Synchronization

/// A few threads that compute, so that neither grabs nor the cooperative pool wait for it.
final class EncodingPool: Sendable {
    private let threads: [EncodingThread]
    private let next = Atomic<Int>(0)

    var width: Int { threads.count }

    /// Throws `unavailable` when there are no threads to be had.
    init(width: Int) throws(AgentError) {
        threads = try (0..<width).map { number throws(AgentError) in try EncodingThread(name: "encode-\(number)") }
    }

    /// Works on all parts side by side, and returns the results in their order. Cancellation does not stop it.
    func map<Part: Sendable, Result: Sendable>(
        _ parts: [Part], _ work: @escaping @Sendable (Part) throws -> Result
    ) async throws -> [Result] {
        let first = next.wrappingAdd(parts.count, ordering: .relaxed).oldValue
        return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for (index, part) in parts.enumerated() {
                let thread = threads[Int((first &+ index).magnitude) % threads.count]
                group.addTask { (index, try await thread.run { try work(part) }) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

private actor EncodingThread {
    private let executor: ThreadExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(name: String) throws(AgentError) { executor = try ThreadExecutor(name: name) }

    func run<Result: Sendable>(_ work: @Sendable () throws -> Result) throws -> Result { try work() }
}
