/// What a reader of a process's output gets at once: pieces in the order they were written, then perhaps the end.
package struct OutputBatch: Sendable {
    package struct Piece: Sendable, Equatable {
        package let stream: OutputStream
        /// The piece's place in `bytes`.
        package let range: Range<Int>
        /// The place in the output, both streams counted, in bytes, at which the next piece begins.
        package let nextOffset: UInt64
        /// How much output right before this piece is lost to this reader, in bytes.
        package let dropped: UInt64
    }

    /// The process has exited and its output is complete.
    package struct End: Sendable, Equatable {
        package let status: ExitStatus
        package let offset: UInt64
        /// How much of the last output is lost to this reader, in bytes.
        package let dropped: UInt64
    }

    package internal(set) var bytes: [UInt8] = []
    package internal(set) var pieces: [Piece] = []
    package internal(set) var end: End?
}

extension OutputBatch {
    init(end: End) {
        self.end = end
    }

    /// A single piece, no larger than `largestPiece`.
    init(_ bytes: [UInt8], of stream: OutputStream, nextOffset: UInt64, dropped: UInt64) {
        self.bytes = bytes
        pieces = [Piece(stream: stream, range: bytes.indices, nextOffset: nextOffset, dropped: dropped)]
    }

    /// The largest piece, in bytes. In base64 it makes a line of less than 64 KiB, which is all that many a client's
    /// line reader takes.
    static let largestPiece = 32 * 1024

    /// Adds what is to be read of a record whose payload stands at `range` of `bytes`. Small pieces of one stream
    /// become one.
    mutating func append(_ record: JournalRecord, range: Range<Int>, dropped: UInt64) {
        var rest = range
        var lost = dropped
        if let last = pieces.last, lost == 0, last.stream == record.stream, last.range.upperBound == rest.lowerBound {
            let taken = min(Self.largestPiece - last.range.count, rest.count)
            pieces.removeLast()
            add(last.stream, last.range.lowerBound..<(rest.lowerBound + taken), before: range, record, last.dropped)
            rest = (rest.lowerBound + taken)..<rest.upperBound
        }
        while !rest.isEmpty {
            let piece = rest.prefix(Self.largestPiece)
            add(record.stream, piece, before: range, record, lost)
            lost = 0
            rest = piece.upperBound..<rest.upperBound
        }
    }

    private mutating func add(
        _ stream: OutputStream, _ piece: Range<Int>, before range: Range<Int>, _ record: JournalRecord,
        _ dropped: UInt64
    ) {
        let recordEnd = record.offset + UInt64(record.length)
        let nextOffset = recordEnd - UInt64(range.upperBound - piece.upperBound)
        pieces.append(Piece(stream: stream, range: piece, nextOffset: nextOffset, dropped: dropped))
    }
}
