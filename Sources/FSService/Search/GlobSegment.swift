/// What one name has to look like: the part of a glob between two slashes.
struct GlobSegment: Sendable {
    private enum Token: Sendable {
        case byte(UInt8)
        /// `?`: one character.
        case anyCharacter
        /// `*`: any bytes.
        case anything
        /// `[…]`: one character in, or not in, the ranges.
        case oneOf([ClosedRange<UInt32>], negated: Bool)
    }

    private var tokens: [Token] = []

    /// - Parameter text: with `\` in front of what is meant as it is. A `[` that is not closed is meant as it is.
    init(_ text: [UInt8]) {
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): tokens.append(.anything)
            case UInt8(ascii: "?"): tokens.append(.anyCharacter)
            case UInt8(ascii: "["):
                if let set = Self.takeSet(from: &rest) { tokens.append(set) } else { tokens.append(.byte(byte)) }
            case UInt8(ascii: "\\"): tokens.append(.byte(rest.popFirst() ?? byte))
            default: tokens.append(.byte(byte))
            }
        }
    }

    /// Takes time in proportion to both lengths at most: of the stars only the last one is tried again.
    func matches(_ name: ArraySlice<UInt8>) -> Bool {
        var position = name.startIndex
        var token = 0
        var retry: (token: Int, position: Int)?
        while position < name.endIndex {
            if token < tokens.count, case .anything = tokens[token] {
                retry = (token, position)
                token += 1
            } else if token < tokens.count, let length = length(of: tokens[token], in: name[position...]) {
                token += 1
                position += length
            } else if let last = retry {
                retry = (last.token, last.position + 1)
                token = last.token + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { if case .anything = $0 { true } else { false } }
    }

    /// How many bytes the token takes at the beginning of `rest`; `nil` when it does not match.
    private func length(of token: Token, in rest: ArraySlice<UInt8>) -> Int? {
        switch token {
        case .byte(let byte): return rest.first == byte ? 1 : nil
        case .anyCharacter: return Self.character(of: rest).length
        case .anything: return 0
        case .oneOf(let ranges, let negated):
            let (value, length) = Self.character(of: rest)
            return ranges.contains { $0.contains(value) } != negated ? length : nil
        }
    }

    /// The first character; a byte that is not UTF-8 counts as one, beyond all others.
    private static func character(of text: ArraySlice<UInt8>) -> (value: UInt32, length: Int) {
        guard let first = text.first else { return (0, 0) }
        if first < 0x80 { return (UInt32(first), 1) }
        var decoder = UTF8()
        var bytes = text.makeIterator()
        if case .scalarValue(let scalar) = decoder.decode(&bytes) {
            return (scalar.value, UTF8.width(scalar))
        }
        return (0x11_0000 + UInt32(first), 1)
    }

    /// Reads a set up to its `]`, which may stand for itself in the first place. `nil`, and nothing read, without one.
    private static func takeSet(from rest: inout ArraySlice<UInt8>) -> Token? {
        var text = rest
        let negated = text.first == UInt8(ascii: "!") || text.first == UInt8(ascii: "^")
        if negated { text.removeFirst() }
        var ranges: [ClosedRange<UInt32>] = []
        while let byte = text.first, byte != UInt8(ascii: "]") || ranges.isEmpty {
            let low = takeCharacter(from: &text)
            var high = low
            if text.first == UInt8(ascii: "-"), let end = text.dropFirst().first, end != UInt8(ascii: "]") {
                text.removeFirst()
                high = takeCharacter(from: &text)
            }
            ranges.append(min(low, high)...max(low, high))
        }
        guard text.popFirst() != nil else { return nil }
        rest = text
        return .oneOf(ranges, negated: negated)
    }

    private static func takeCharacter(from text: inout ArraySlice<UInt8>) -> UInt32 {
        if text.first == UInt8(ascii: "\\"), text.count > 1 { text.removeFirst() }
        let (value, length) = character(of: text)
        text.removeFirst(length)
        return value
    }
}
