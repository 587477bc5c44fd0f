import AgentCore
import Glibc
import Synchronization

/// What a process has written, in order and tagged by stream, in a file of fixed size that is written around and
/// around: memory stays flat, the oldest output goes first, and readers are told how much is missing.
///
/// One thread writes, any number of readers follow at their own speed. Writing waits for nobody but the file system:
/// the data goes to the page cache, and only a disk that cannot keep up with the whole machine makes it wait.
final class OutputJournal: OutputSource {
    private struct State {
        var index: JournalIndex
        var status: ExitStatus?
    }

    let changes = ChangeSignal()
    private let capacity: Int
    private let file: OwnedDescriptor
    private let state: Mutex<State>

    /// - Parameters:
    ///   - capacity: of the file, in bytes.
    ///   - directory: where the file takes its space.
    init(capacity: Int, in directory: String) throws(AgentError) {
        self.capacity = capacity
        file = try UnlinkedFile.create(in: directory)
        state = Mutex(State(index: JournalIndex(capacity: capacity)))
    }

    /// Appends a piece of output. Only for the one thread that writes.
    ///
    /// What cannot be written, because the disk is full, counts as dropped.
    ///
    /// - Parameter buffer: room for a record's header, then the piece.
    func append(_ stream: OutputStream, _ buffer: UnsafeMutableRawBufferPointer) {
        let length = buffer.count - JournalRecord.headerSize
        let place = state.withLock { state in
            state.index.makeRoom(for: buffer.count)
            return state.index.end
        }
        let record = JournalRecord(stream: stream, length: length, offset: place.offset)
        record.write(to: buffer)
        let isWritten = write(UnsafeRawBufferPointer(buffer), at: place.position)
        state.withLock { state in
            if isWritten { state.index.append(record) } else { state.index.skip(length) }
        }
        changes.announce()
    }

    func finish(_ status: ExitStatus) {
        state.withLock { $0.status = status }
        changes.announce()
    }

    func hasNews(for cursor: OutputCursor) -> Bool {
        state.withLock { $0.status != nil || cursor.offset < $0.index.end.offset }
    }

    func read(at cursor: inout OutputCursor) throws(AgentError) -> OutputBatch? {
        while true {
            let (index, status) = state.withLock { ($0.index, $0.status) }
            var position = cursor.position ?? index.start(of: cursor.offset).position
            if position < index.oldest.position { position = index.start(of: cursor.offset).position }
            if position == index.end.position { return end(at: &cursor, index: index, status: status) }
            let count = Int(min(index.end.position - position, UInt64(Self.readSize)))
            let bytes = try readFile(at: position, count: count)
            // What was overwritten meanwhile is read again from further on.
            guard state.withLock({ position >= $0.index.oldest.position }) else { continue }
            cursor.position = position
            let batch = OutputBatch(records: bytes, cursor: &cursor)
            if !batch.pieces.isEmpty { return batch }
        }
    }

    private static let readSize = 256 * 1024

    private func end(at cursor: inout OutputCursor, index: JournalIndex, status: ExitStatus?) -> OutputBatch? {
        guard let status else { return nil }
        let offset = max(cursor.offset, index.end.offset)
        let end = OutputBatch.End(status: status, offset: offset, dropped: offset - cursor.offset)
        cursor.offset = offset
        return OutputBatch(end: end)
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) -> Bool {
        let place = Int(position % UInt64(capacity))
        let first = UnsafeRawBufferPointer(rebasing: bytes.prefix(capacity - place))
        let second = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(first.count))
        guard pwrite(file.rawValue, first.baseAddress, first.count, place) == first.count else { return false }
        return second.isEmpty || pwrite(file.rawValue, second.baseAddress, second.count, 0) == second.count
    }

    private func readFile(at position: UInt64, count: Int) throws(AgentError) -> [UInt8] {
        let place = Int(position % UInt64(capacity))
        let first = min(count, capacity - place)
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            var got = pread(file.rawValue, buffer.baseAddress, first, place)
            if got == first, count > first {
                let more = pread(file.rawValue, buffer.baseAddress?.advanced(by: first), count - first, 0)
                got = more < 0 ? more : got + more
            }
            if got < count { failure = got < 0 ? errno : EIO }
            length = max(got, 0)
        }
        guard failure == 0 else { throw .system(errno: failure, operation: "read back", path: "the output") }
        return bytes
    }
}

extension OutputBatch {
    /// Takes the whole records at the beginning of `records` apart, and moves their payloads together.
    fileprivate init(records: consuming [UInt8], cursor: inout OutputCursor) {
        var source = 0
        var target = 0
        records.withUnsafeMutableBytes { buffer in
            while let record = JournalRecord(leading: UnsafeRawBufferPointer(rebasing: buffer[source...])) {
                let payload = source + JournalRecord.headerSize
                let seen = cursor.offset > record.offset ? min(Int(cursor.offset - record.offset), record.length) : 0
                let length = record.length - seen
                if length > 0 {
                    buffer.moveBytes(from: payload + seen, to: target, count: length)
                    let dropped = record.offset > cursor.offset ? record.offset - cursor.offset : 0
                    append(record, range: target..<(target + length), dropped: dropped)
                    cursor.offset = record.offset + UInt64(record.length)
                }
                target += length
                source = payload + record.length
            }
        }
        bytes = records
        cursor.position = (cursor.position ?? 0) + UInt64(source)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Copies within the buffer; source and target may overlap.
    fileprivate func moveBytes(from source: Int, to target: Int, count: Int) {
        let bytes = UnsafeRawBufferPointer(rebasing: self[source..<(source + count)])
        UnsafeMutableRawBufferPointer(rebasing: self[target...]).copyMemory(from: bytes)
    }
}
