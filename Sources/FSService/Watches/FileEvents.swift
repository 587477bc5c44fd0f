/// Consecutive events of one watch.
package struct FileEventBatch: Sendable {
    /// The number of the first of `events`; the others follow it. Numbers begin at 1 and say nothing of time.
    package let first: UInt64
    package let events: [FileEvent]
}

/// The events of one watch as one reader gets them.
///
/// Every reader gets every event that is kept. One that falls behind what is kept gets an `overflow` event in place of
/// what it has missed, and goes on with the oldest there is. Ends when the watch is deleted, when what it watches is
/// gone and all has been read, and when the task is cancelled. May be iterated several times, each time from the start.
package struct FileEvents: AsyncSequence, Sendable {
    package typealias Element = FileEventBatch
    package typealias Failure = Never

    let journal: EventJournal
    /// The number of the event the reader has seen last; 0 for none.
    let position: UInt64

    package func makeAsyncIterator() -> Iterator { Iterator(journal: journal, position: position) }

    package struct Iterator: AsyncIteratorProtocol {
        let journal: EventJournal
        var position: UInt64

        package mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> FileEventBatch? {
            guard let batch = await journal.events(after: position) else { return nil }
            position = batch.first + UInt64(batch.events.count) - 1
            return batch
        }
    }
}
