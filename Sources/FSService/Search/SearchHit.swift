/// A line with a match.
package struct SearchHit: Sendable {
    package let path: FilePath
    /// From 1.
    package let line: Int
    /// Of the first match, in characters from 1.
    package let column: Int
    /// The line without its end. Of one longer than 1,024 bytes, that many about the match, with `…` where it was cut.
    package let text: String
    /// The lines before and after, as many as were asked for and there are.
    package let before: [String]
    package let after: [String]
}

/// A line as it is shown.
struct LineExcerpt {
    private static let limit = 1024
    private static let mark = "…"

    let text: String

    /// - Parameter focus: the byte of the line that must be in what is shown.
    init(_ line: UnsafeRawBufferPointer, around focus: Int = 0) {
        let line = line.last == 0x0D ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
        guard line.count > Self.limit else {
            text = String(decoding: line, as: UTF8.self)
            return
        }
        let wanted = max(0, min(focus - Self.limit / 4, line.count - Self.limit))
        let start = Self.boundary(in: line, from: wanted)
        let end = Self.boundary(in: line, from: min(wanted + Self.limit, line.count))
        text =
            (start > 0 ? Self.mark : "") + String(decoding: line[start..<end], as: UTF8.self)
            + (end < line.count ? Self.mark : "")
    }

    /// The next place where a character begins.
    private static func boundary(in line: UnsafeRawBufferPointer, from position: Int) -> Int {
        line[position...].firstIndex { $0 & 0xC0 != 0x80 } ?? line.count
    }
}
