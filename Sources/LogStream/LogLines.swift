/// The lines of a log, read as they are asked for.
///
/// Lossless and pulled: a slow reader costs no memory, because the file is the buffer. One iterator only. The sequence
/// ends when its task is cancelled; files and observations are let go of with it.
package struct LogLines: AsyncSequence, Sendable {
    package typealias Element = LogLine
    package typealias Failure = any Error

    let reader: LogReader

    /// The same lines, several at a time: those that one read of the file brought. At least one in each element.
    package var batches: Batches { Batches(reader: reader) }

    package func makeAsyncIterator() -> Iterator { Iterator(reader: reader) }

    package struct Iterator: AsyncIteratorProtocol {
        let reader: LogReader
        private var batch: [LogLine] = []
        private var index = 0

        init(reader: LogReader) {
            self.reader = reader
        }

        package mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws -> LogLine? {
            if index == batch.count {
                guard let next = try await reader.next() else { return nil }
                batch = next
                index = 0
            }
            defer { index += 1 }
            return batch[index]
        }
    }

    /// See `LogLines.batches`.
    package struct Batches: AsyncSequence, Sendable {
        package typealias Element = [LogLine]
        package typealias Failure = any Error

        let reader: LogReader

        package func makeAsyncIterator() -> Iterator { Iterator(reader: reader) }

        package struct Iterator: AsyncIteratorProtocol {
            let reader: LogReader

            package func next(isolation actor: isolated (any Actor)? = #isolation) async throws -> [LogLine]? {
                try await reader.next()
            }
        }
    }
}
