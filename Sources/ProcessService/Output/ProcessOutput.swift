import AgentCore

/// What a spawned process writes, for one reader, from a place in the output to the end.
///
/// Readers do not know of each other, and the process never waits for them. A reader so slow that what it wants has been
/// given up is told how much it has missed. The sequence ends behind the batch that has an `end`. It throws
/// `CancellationError` when the reading task is cancelled.
package struct ProcessOutput: AsyncSequence, Sendable {
    package typealias Element = OutputBatch

    let source: any OutputSource
    let thread: WaitingThread
    /// Where to begin, in bytes of both streams.
    let offset: UInt64

    package func makeAsyncIterator() -> Iterator {
        Iterator(source: source, thread: thread, cursor: OutputCursor(offset: offset))
    }

    package struct Iterator: AsyncIteratorProtocol {
        let source: any OutputSource
        let thread: WaitingThread
        var cursor: OutputCursor
        var hasEnded = false

        package mutating func next() async throws -> OutputBatch? {
            guard !hasEnded else { return nil }
            while true {
                try Task.checkCancellation()
                let version = source.changes.version
                if source.hasNews(for: cursor), let batch = try await read() {
                    hasEnded = batch.end != nil
                    return batch
                }
                await source.changes.change(after: version)
            }
        }

        private mutating func read() async throws -> OutputBatch? {
            let (batch, cursor) = try await thread.run { [source, cursor] in
                var cursor = cursor
                return (try source.read(at: &cursor), cursor)
            }
            self.cursor = cursor
            return batch
        }
    }
}
