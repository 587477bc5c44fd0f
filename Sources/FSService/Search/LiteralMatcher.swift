import AgentCore
import Glibc

/// Looks for a text as it is.
///
/// The rarest of its bytes is looked for with `memchr`, which the C library has in vector instructions, and the rest is
/// compared where it is found. Common letters make way for rare ones, so that there is little to compare.
struct LiteralMatcher: Sendable {
    private let needle: [UInt8]
    /// `needle` in small letters when case does not matter; only ASCII letters have a case then.
    private let ignoresCase: Bool
    /// Where the byte that is looked for stands in the needle.
    private let anchor: Int
    /// Both forms of that byte, which may be the same.
    private let anchorBytes: (UInt8, UInt8)

    /// - Throws: `invalidArgument` for an empty text, and for one with a line break.
    init(_ text: String, ignoresCase: Bool) throws(AgentError) {
        guard !text.isEmpty else { throw .invalidArgument("the query is empty: give a text to look for") }
        guard !text.utf8.contains(where: { $0 == 0x0A || $0 == 0 }) else {
            throw .invalidArgument("the query must be one line: lines are searched one by one")
        }
        let needle = text.utf8.map { ignoresCase ? Self.lowercased($0) : $0 }
        self.needle = needle
        self.ignoresCase = ignoresCase
        anchor = needle.indices.min { Self.frequency(needle[$0]) < Self.frequency(needle[$1]) } ?? 0
        let byte = needle[anchor]
        anchorBytes = (byte, ignoresCase ? Self.uppercased(byte) : byte)
    }

    func firstMatch(in text: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let base = text.baseAddress, text.count >= needle.count else { return nil }
        // An anchor before or behind these has no room for the needle around it.
        let end = text.count - (needle.count - 1 - anchor)
        var cursors = (
            AnchorCursor(byte: anchorBytes.0, position: anchor), AnchorCursor(byte: anchorBytes.1, position: anchor)
        )
        let isPair = anchorBytes.0 != anchorBytes.1
        while true {
            let first = cursors.0.next(in: base, end: end)
            let second = isPair ? cursors.1.next(in: base, end: end) : nil
            guard let found = min(first ?? .max, second ?? .max) as Int?, found != .max else { return nil }
            let start = found - anchor
            if isMatch(base + start) { return start..<(start + needle.count) }
            if found == first { cursors.0.position = found + 1 }
            if found == second { cursors.1.position = found + 1 }
        }
    }

    /// Where the next anchor is, remembered until it is passed.
    private struct AnchorCursor {
        let byte: UInt8
        var position: Int
        private var found: Int?
        private var isExhausted = false

        init(byte: UInt8, position: Int) {
            self.byte = byte
            self.position = position
        }

        mutating func next(in base: UnsafeRawPointer, end: Int) -> Int? {
            if let found, found >= position { return found }
            guard !isExhausted, position < end, let hit = memchr(base + position, Int32(byte), end - position) else {
                isExhausted = true
                return nil
            }
            let offset = UnsafeRawPointer(hit) - base
            found = offset
            return offset
        }
    }

    private func isMatch(_ start: UnsafeRawPointer) -> Bool {
        needle.withUnsafeBytes { needle in
            guard ignoresCase else { return memcmp(start, needle.baseAddress ?? start, needle.count) == 0 }
            let bytes = start.assumingMemoryBound(to: UInt8.self)
            return needle.indices.allSatisfy { Self.lowercased(bytes[$0]) == needle[$0] }
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    private static func uppercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte & ~0x20 : byte
    }

    /// About how common a byte is in source code and logs; 0 for the rarest.
    private static func frequency(_ byte: UInt8) -> Int {
        let common = Array(" etaoinsrlcdup0m1-_.f/2h\"g,=b:;v()y3w45k6789x'<>[]TSECAIRNOPLDMFBUGHWVjzq{}*#KYX\t".utf8)
        return common.firstIndex(of: byte).map { common.count - $0 } ?? 0
    }
}
