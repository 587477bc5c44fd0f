import AgentCore

/// Finds the next line with a match.
enum LineMatcher: Sendable {
    case literal(LiteralMatcher)
    case regularExpression(RegularExpression)

    /// The bytes of the first match in `text`, which holds whole lines; `nil` when there is none.
    func firstMatch(in text: UnsafeRawBufferPointer) -> Range<Int>? {
        switch self {
        case .literal(let matcher): matcher.firstMatch(in: text)
        case .regularExpression(let expression): expression.firstMatch(in: text)
        }
    }
}
