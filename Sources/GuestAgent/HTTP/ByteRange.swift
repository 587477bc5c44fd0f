/// What a `Range` field asks for, of something `length` bytes long (RFC 9110 §14.1.2).
enum ByteRange: Equatable {
    /// No field, one that cannot be read or is in another unit, or several ranges: the whole thing is then a right
    /// answer (RFC 9110 §14.2).
    case whole
    /// Never empty, and within the length.
    case part(Range<Int64>)
    /// The range is well-formed, and no byte is in it.
    case unsatisfiable

    init(_ field: String?, length: Int64) {
        self = Self.bounds(field).map { Self.part($0, length: length) } ?? .whole
    }

    /// The two numbers of the only range, of which one may be missing.
    private static func bounds(_ field: String?) -> (first: Int64?, last: Int64?)? {
        guard let field else { return nil }
        let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].trimmingBlanks().lowercased() == "bytes" else { return nil }
        let ends = parts[1].trimmingBlanks().split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = number(ends[0]), let last = number(ends[1]) else { return nil }
        if let first, let last, last < first { return nil }
        return first == nil && last == nil ? nil : (first, last)
    }

    /// Digits and nothing else; a number too large for `Int64` lies behind the end of anything. The outer `nil` stands
    /// for what is no number, the inner for no digits at all.
    private static func number(_ text: Substring) -> Int64?? {
        if text.isEmpty { return .some(nil) }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return .some(Int64(text) ?? .max)
    }

    private static func part(_ bounds: (first: Int64?, last: Int64?), length: Int64) -> ByteRange {
        guard let first = bounds.first else {
            // `-N`: the last N bytes.
            let count = min(bounds.last ?? 0, length)
            return count > 0 ? .part(length - count..<length) : .unsatisfiable
        }
        guard first < length else { return .unsatisfiable }
        return .part(first..<min(bounds.last ?? .max, length - 1) + 1)
    }
}
