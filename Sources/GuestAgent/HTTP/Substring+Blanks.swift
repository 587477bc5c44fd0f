extension Substring {
    /// Without blanks around it, as lists and header fields allow them (RFC 9110 §5.6.3).
    func trimmingBlanks() -> Substring {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return self[first...last]
    }
}
