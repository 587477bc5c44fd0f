import AgentCore
import Testing

@testable import FSService

@Suite("Globs")
struct GlobTests {
    private func matches(_ pattern: String, _ path: String) throws -> Bool {
        try Glob(pattern).matches(Array(path.utf8)[...])
    }

    @Test(
        "patterns that match",
        arguments: [
            ("*.log", "a.log"), ("*.log", "deep/er/a.log"), ("/*.log", "a.log"), ("a/*.log", "a/b.log"), ("**", "a/b"),
            ("**/*.log", "a.log"), ("a/**/b", "a/b"), ("a/**/b", "a/x/y/b"), ("**/a/**/b", "x/a/y/a/z/b"),
            ("?", "ä"), ("[ä-ö]", "å"), ("[!a]", "b"), ("[^a]", "b"), ("[]a]", "]"), ("[a-]", "-"), ("[a", "[a"),
            ("\\*", "*"), ("[\\]]", "]"), ("a{b,c{d,e}}f", "acef"), ("{a}", "{a}"), ("{a,", "{a,"), ("a{,b}", "a"),
            ("*a*b*c", "xxaxxbxxabc"), ("日*", "日本"),
        ])
    func positive(pattern: String, path: String) throws {
        #expect(try matches(pattern, path))
    }

    @Test(
        "patterns that do not",
        arguments: [
            ("*.log", "a.txt"), ("/*.log", "deep/a.log"), ("a/*.log", "a/b/c.log"), ("a/**/b", "a/bb"), ("?", "ab"),
            ("[!a]", "a"), ("a*", "ba"), ("a?", "a"), ("\\?", "a"), ("*a*b*c", "xxaxxbxxab"), ("{a,b}", "c"),
        ])
    func negative(pattern: String, path: String) throws {
        #expect(try !matches(pattern, path))
    }

    @Test("many stars take no time to speak of", .timeLimit(.minutes(1)))
    func pathological() throws {
        let pattern = String(repeating: "*a", count: 200) + "b"
        #expect(try !matches(pattern, String(repeating: "a", count: 255)))
        let deep = String(repeating: "**/a/", count: 100) + "b"
        #expect(try !matches(deep, Array(repeating: "a", count: 1000).joined(separator: "/")))
    }

    @Test("too many braces are refused")
    func braces() throws {
        #expect(throws: AgentError.self) { try Glob(String(repeating: "{a,b}", count: 20)) }
        #expect(throws: AgentError.self) { try Glob("") }
    }
}
