import AgentCore

/// What a spawned process writes, for one reader, from a place in the output to the end.
///
/// Readers do not know of each other, and the process never waits for them. A reader so slow that the journal has been
/// written around it is told how much it has missed. The sequence ends behind the batch that has an `end`. It throws
/// `CancellationError` when the reading task is cancelled.
package struct ProcessOutput: AsyncSequence, Sendable {
    package typealias Element = OutputBatch

    let journal: OutputJournal
    let thread: WaitingThread
    /// Where to begin, in bytes of both streams.
    let offset: UInt64

    package func makeAsyncIterator() -> Iterator {
        Iterator(journal: journal, thread: thread, cursor: OutputJournal.Cursor(offset: offset))
    }

    package struct Iterator: AsyncIteratorProtocol {
        let journal: OutputJournal
        let thread: WaitingThread
        var cursor: OutputJournal.Cursor
        var hasEnded = false

        package mutating func next() async throws -> OutputBatch? {
            guard !hasEnded else { return nil }
            while true {
                try Task.checkCancellation()
                let version = journal.changes.version
                if journal.hasNews(for: cursor), let batch = try await read() {
                    hasEnded = batch.end != nil
                    return batch
                }
                await journal.changes.change(after: version)
            }
        }

        private mutating func read() async throws -> OutputBatch? {
            let (batch, cursor) = try await thread.run { [journal, cursor] in
                var cursor = cursor
                return (try journal.read(at: &cursor), cursor)
            }
            self.cursor = cursor
            return batch
        }
    }
}
