/// The parameters of a URL's query, in their order (WHATWG URL §5.1): `&` between them, `+` for a blank, percent-encoded.
package struct URLQuery: Sendable {
    private let pairs: [Substring]

    package init(_ query: String?) {
        pairs = query.map { $0.split(separator: "&") } ?? []
    }

    package var isEmpty: Bool { pairs.isEmpty }

    /// Names and values, decoded; a parameter without `=` has an empty value.
    package var parameters: [(name: [UInt8], value: [UInt8])] { pairs.map(Self.parameter) }

    /// The first value of that name, bytes that are no UTF-8 replaced.
    func text(_ name: String) -> String? {
        pairs.first { Self.isNamed($0, name) }.map { String(decoding: Self.parameter($0).value, as: UTF8.self) }
    }

    /// As it came, but for the parameters named; `nil` if nothing is left.
    func text(without names: [String]) -> String? {
        let rest = pairs.filter { pair in !names.contains { Self.isNamed(pair, $0) } }
        return rest.isEmpty ? nil : rest.joined(separator: "&")
    }

    private static func isNamed(_ pair: Substring, _ name: String) -> Bool {
        pair.utf8.starts(with: name.utf8) && pair.utf8.dropFirst(name.utf8.count).first == UInt8(ascii: "=")
    }

    private static func parameter(_ pair: Substring) -> (name: [UInt8], value: [UInt8]) {
        let parts = pair.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        return (decode(parts[0]), parts.count > 1 ? decode(parts[1]) : [])
    }

    /// Undoes percent-encoding; a stray `%` stays as it is.
    ///
    /// - Parameter readingPlus: whether a `+` is a blank, as in queries, or a `+`, as in paths.
    package static func decode(_ text: some Collection<UInt8>, readingPlus: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where readingPlus: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
                guard digits.count == 2 else { bytes.append(byte); continue }
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    /// Everything but letters, digits and `-._~/` percent-encoded: what clients leave as it is.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
