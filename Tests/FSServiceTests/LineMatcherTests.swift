import AgentCore
import Testing

@testable import FSService

@Suite("Text and expressions in lines")
struct LineMatcherTests {
    private func first(_ matcher: LineMatcher, _ text: String) throws -> Range<Int>? {
        try Array(text.utf8).withUnsafeBytes { try matcher.firstMatch(in: $0) }
    }

    private func literal(_ text: String, ignoresCase: Bool = false) throws -> LineMatcher {
        .literal(try LiteralMatcher(text, ignoresCase: ignoresCase))
    }

    private func expression(_ text: String, ignoresCase: Bool = false) throws -> LineMatcher {
        .regularExpression(try RegularExpression(text, ignoresCase: ignoresCase))
    }

    private static func text(of letters: some Collection<Character>, length: Int) -> String {
        String((0..<length).map { _ in letters.randomElement() ?? "a" })
    }

    @Test("random texts are found where a slow search finds them")
    func random() throws {
        let letters = Array("abAB \n")
        for _ in 0..<3000 {
            let text = Self.text(of: letters, length: Int.random(in: 0...40))
            let needle = Self.text(of: letters.dropLast(), length: Int.random(in: 1...4))
            for ignoresCase in [false, true] {
                let haystack = ignoresCase ? text.lowercased() : text
                let expected = haystack.firstRange(of: ignoresCase ? needle.lowercased() : needle).map {
                    haystack.utf8.distance(from: haystack.startIndex, to: $0.lowerBound)
                }
                #expect(try first(literal(needle, ignoresCase: ignoresCase), text)?.lowerBound == expected)
            }
        }
    }

    @Test("expressions match within lines")
    func expressions() throws {
        #expect(try first(expression("^b+$"), "aab\nbb\n") == 4..<6)
        #expect(try first(expression("a.c"), "a\nc abc") == 4..<7)
        #expect(try first(expression("x|y"), "abc\n") == nil)
        #expect(try first(expression("ÄB", ignoresCase: false), "xÄB") == 1..<4)
        #expect(try first(expression("ä.", ignoresCase: true), "Aß ÄÖ") == 4..<8)
        #expect(try first(expression("a[^x]b|c"), "a\nb c") == 4..<5)
        #expect(try first(expression("a$"), "ab\na\nb") == 3..<4)
        // What is not UTF-8 is passed over.
        let found = try [UInt8]([0xFF, 0x61, 0xC3]).withUnsafeBytes { try expression(".").firstMatch(in: $0) }
        #expect(found == 1..<2)
    }

    @Test(
        "what would take much time or memory is refused",
        arguments: ["(a)\\1", "(a{100}){100}", "(", "", "a\nb", "a++", String(repeating: "(a{999})", count: 100)])
    func refusals(pattern: String) {
        #expect(throws: AgentError.self) { try RegularExpression(pattern, ignoresCase: false) }
    }

    @Test("patterns that ruin backtracking matchers take no time to speak of", .timeLimit(.minutes(1)))
    func pathological() throws {
        let text = String(repeating: "a", count: 4000) + "!"
        for pattern in [
            "(a+)+$", "(a|a)*b", "(a|aa)+$", "a*a*a*a*a*a*b", "(a?){16}a{16}b", "((a|b)*c)*d", "(a|b)*a(a|b){200}c",
        ] {
            #expect(try first(expression(pattern), text) == nil, "\(pattern)")
        }
    }

    @Test("lines longer than a block are searched in pieces whose ends are no ends of lines")
    func longLine() throws {
        let text = String(repeating: "a", count: 200_000) + "b\nc"
        #expect(try first(expression("ab"), text) == 199_999..<200_001)
        #expect(try first(expression("^b|a$|^c"), text) == 200_002..<200_003)
    }
}
