/// Names a spawned process for as long as it is known: a random UUID (RFC 9562 §5.4), never used twice.
package struct ProcessID: Hashable, Sendable, CustomStringConvertible {
    /// In lower case, with hyphens.
    package let description: String

    package init() {
        let high = UInt64.random(in: 0...UInt64.max) & ~0xF000 | 0x4000
        let low = UInt64.random(in: 0...UInt64.max) & ~(0b11 << 62) | (0b10 << 62)
        let digits = Array((Self.hexadecimal(high) + Self.hexadecimal(low)).utf8)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        description = groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
    }

    /// `nil` unless the text has the form of a UUID.
    package init?(_ text: String) {
        let lengths = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map(\.count)
        guard lengths == [8, 4, 4, 4, 12] else { return nil }
        guard text.unicodeScalars.allSatisfy({ $0 == "-" || $0.properties.isASCIIHexDigit }) else { return nil }
        description = text.lowercased()
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
