import AgentCore
import Glibc

/// Finds the next line with a match.
enum LineMatcher: Sendable {
    case literal(LiteralMatcher)
    case regularExpression(RegularExpression)

    /// The bytes of the first match in `text`, which holds whole lines; `nil` when there is none.
    ///
    /// - Throws: `timeout` when a regular expression takes too long.
    func firstMatch(in text: UnsafeRawBufferPointer) throws(AgentError) -> Range<Int>? {
        switch self {
        case .literal(let matcher): matcher.firstMatch(in: text)
        case .regularExpression(let expression): try expression.firstMatch(in: text)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Where the line begins that the byte at `position` belongs to; a line feed belongs to the line it ends.
    func beginningOfLine(at position: Int) -> Int {
        self[..<position].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    }

    /// Where the line feed stands that ends the line, or where the bytes end.
    func endOfLine(at position: Int) -> Int {
        guard let base = baseAddress, position < count, let found = memchr(base + position, 0x0A, count - position)
        else { return count }
        return UnsafeRawPointer(found) - base
    }
}
