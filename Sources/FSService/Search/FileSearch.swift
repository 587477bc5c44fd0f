import AgentCore
import Glibc

/// Looks through one file, a window at a time. Used by one thread at a time, which it blocks.
struct FileSearch: Sendable {
    /// How much of the file is held, in bytes. A longer line is searched in pieces, and a match across two is missed.
    private static let windowSize = 1 << 20
    /// How many hits are collected before others get their turn.
    private static let hitsPerTurn = 256
    private static let windowsPerTurn = 8

    let path: FilePath
    private let descriptor: Descriptor
    private let matcher: LineMatcher
    /// Lines before and after a hit.
    private let context: Int
    private var window: [UInt8] = []
    private let capacity: Int
    private var isAtEnd = false
    private var cursor = Cursor()

    /// The line to go on with: where it begins in the window, and its number.
    private struct Cursor {
        var position = 0
        var line = 1

        mutating func advance(to end: Int, in buffer: UnsafeRawBufferPointer) {
            while position < end {
                let next = buffer.endOfLine(at: position) + 1
                if next > end { break }
                line += 1
                position = next
            }
            position = end
        }
    }

    /// `nil` for what is empty, larger than `sizeLimit`, or has vanished.
    init?(
        _ entry: TreeWalk.Entry, matcher: LineMatcher, context: Int, sizeLimit: Int64
    ) throws(AgentError) {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let number = entry.name.withCString { openat(entry.directory.number, $0, flags) }
        if number < 0, errno == ENOENT || errno == ELOOP { return nil }
        guard number >= 0 else { throw .system(errno: errno, operation: "search", path: entry.path.description) }
        descriptor = Descriptor(adopting: number)
        let status = try SystemCalls.status(of: descriptor, path: entry.path)
        guard FileKind(mode: status.st_mode) == .regular, Int64(status.st_size) <= sizeLimit else { return nil }
        path = entry.path
        self.matcher = matcher
        self.context = context
        // Files of /proc announce no size.
        let size = Int(status.st_size)
        capacity = size == 0 ? 64 * 1024 : min(size + 1, Self.windowSize)
    }

    /// Goes on with the file.
    ///
    /// - Returns: whether there is more to look through.
    mutating func advance(into hits: inout [SearchHit]) throws(AgentError) -> Bool {
        for _ in 0..<Self.windowsPerTurn {
            try fill()
            // A file with a NUL is binary.
            if window.withUnsafeBytes({ buffer in
                buffer.baseAddress.map { memchr($0, 0, buffer.count) != nil } ?? false
            }) {
                return false
            }
            let end = searchableEnd()
            try search(upTo: end, into: &hits)
            if isAtEnd, cursor.position == window.count { return false }
            if cursor.position < end { return true }
        }
        return true
    }

    /// Lets go of what has been looked through, but for the lines that are context, and reads on.
    private mutating func fill() throws(AgentError) {
        let start = beginning(ofLines: context, before: cursor.position)
        let kept = window[start...]
        guard kept.count < capacity else { return }
        var failure: Int32 = 0
        window = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            _ = buffer[..<kept.count].initialize(fromContentsOf: kept)
            count = kept.count
            repeat {
                let result = read(descriptor.number, buffer.baseAddress.map { $0 + count }, capacity - count)
                failure = result < 0 ? errno : 0
                isAtEnd = result == 0
                count += max(result, 0)
            } while failure == EINTR || (failure == 0 && !isAtEnd && count < capacity)
        }
        cursor.position -= start
        if failure != 0 { throw .system(errno: failure, operation: "search", path: path.description) }
    }

    /// As far as there are whole lines with their context; all there is at the end of the file, and when lines are too
    /// long for that.
    private func searchableEnd() -> Int {
        guard !isAtEnd else { return window.count }
        var newline = window.count
        for _ in 0...context {
            guard let previous = window[..<newline].lastIndex(of: 0x0A) else { return window.count }
            newline = previous
        }
        return newline + 1 > cursor.position ? newline + 1 : window.count
    }

    /// Where the lines begin that stand right before the one at `position`, as many as there are.
    private func beginning(ofLines count: Int, before position: Int) -> Int {
        var start = position
        for _ in 0..<count where start > 0 {
            start = window[..<(start - 1)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        }
        return start
    }

    private mutating func search(upTo end: Int, into hits: inout [SearchHit]) throws(AgentError) {
        var cursor = cursor
        let result = window.withUnsafeBytes { buffer in
            Result { () throws(AgentError) in try search(buffer, upTo: end, from: &cursor, into: &hits) }
        }
        self.cursor = cursor
        try result.get()
    }

    private func search(
        _ buffer: UnsafeRawBufferPointer, upTo end: Int, from cursor: inout Cursor, into hits: inout [SearchHit]
    ) throws(AgentError) {
        let limit = hits.count + Self.hitsPerTurn
        while cursor.position < end, hits.count < limit {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[cursor.position..<end])
            guard let match = try matcher.firstMatch(in: rest) else {
                // Where nothing follows, nobody asks for the number of the line.
                return isAtEnd ? cursor.position = end : cursor.advance(to: end, in: buffer)
            }
            let start = cursor.position + match.lowerBound
            cursor.advance(to: buffer.beginningOfLine(at: start), in: buffer)
            let lineEnd = buffer.endOfLine(at: start)
            hits.append(hit(at: start, inLine: cursor.position..<lineEnd, number: cursor.line, of: buffer))
            cursor.advance(to: min(lineEnd + 1, buffer.count), in: buffer)
        }
    }

    private func hit(
        at start: Int, inLine bounds: Range<Int>, number: Int, of buffer: UnsafeRawBufferPointer
    ) -> SearchHit {
        let line = UnsafeRawBufferPointer(rebasing: buffer[bounds])
        let column = line[..<(start - bounds.lowerBound)].count { $0 & 0xC0 != 0x80 } + 1
        return SearchHit(
            path: path, line: number, column: column,
            text: LineExcerpt(line, around: start - bounds.lowerBound).text,
            before: lines(before: bounds.lowerBound, of: buffer), after: lines(after: bounds.upperBound, of: buffer))
    }

    private func lines(before position: Int, of buffer: UnsafeRawBufferPointer) -> [String] {
        var lines: [String] = []
        var end = position
        while lines.count < context, end > 0 {
            let start = buffer.beginningOfLine(at: end - 1)
            lines.append(LineExcerpt(UnsafeRawBufferPointer(rebasing: buffer[start..<(end - 1)])).text)
            end = start
        }
        return lines.reversed()
    }

    private func lines(after position: Int, of buffer: UnsafeRawBufferPointer) -> [String] {
        var lines: [String] = []
        var start = position + 1
        while lines.count < context, start < buffer.count {
            let end = buffer.endOfLine(at: start)
            lines.append(LineExcerpt(UnsafeRawBufferPointer(rebasing: buffer[start..<end])).text)
            start = end + 1
        }
        return lines
    }
}
