import Glibc

/// Cuts a stream of bytes into lines. Empty lines are skipped.
struct LineSplitter {
    /// A longer line comes in pieces of at most so many bytes, cut between characters.
    let longestLine: Int
    /// Ends every piece of a long line but the last.
    static let continuationMark = " [line continues]"

    /// The beginning of a line whose end has not come yet.
    private var partial: [UInt8] = []

    /// - Parameter longestLine: 4 bytes or more.
    init(longestLine: Int = 256 * 1024) {
        self.longestLine = longestLine
    }

    /// The lines that `chunk` completes.
    mutating func split(_ chunk: UnsafeRawBufferPointer) -> [String] {
        var lines: [String] = []
        var rest = chunk
        while let start = rest.baseAddress, let end = memchr(start, 0x0A, rest.count) {
            let length = UnsafeRawPointer(end) - start
            finish(UnsafeRawBufferPointer(rebasing: rest.prefix(length)), into: &lines)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(length + 1))
        }
        hold(rest, into: &lines)
        return lines
    }

    /// The line whose line feed never came, if there is one.
    mutating func flush() -> String? {
        defer { partial = [] }
        return partial.isEmpty ? nil : String(decoding: partial, as: UTF8.self)
    }

    private mutating func finish(_ end: UnsafeRawBufferPointer, into lines: inout [String]) {
        if partial.isEmpty, end.count <= longestLine {
            if !end.isEmpty { lines.append(String(decoding: end, as: UTF8.self)) }
            return
        }
        hold(end, into: &lines)
        lines.append(String(decoding: partial, as: UTF8.self))
        partial.removeAll(keepingCapacity: partial.capacity <= longestLine)
    }

    private mutating func hold(_ bytes: UnsafeRawBufferPointer, into lines: inout [String]) {
        partial.append(contentsOf: bytes)
        while partial.count > longestLine {
            let cut = endOfFirstPiece()
            lines.append(String(decoding: partial.prefix(cut), as: UTF8.self) + Self.continuationMark)
            partial.removeFirst(cut)
        }
    }

    /// Never inside a UTF-8 sequence, which has at most three continuation bytes (RFC 3629).
    private func endOfFirstPiece() -> Int {
        let limit = longestLine
        return (limit - 3...limit).last { partial[$0] & 0xC0 != 0x80 } ?? limit
    }
}
