import AgentCore
import Testing

@testable import PlaywrightRuntime

@Suite("Names of executors")
struct ExecutorNameTests {
    @Test(
        "letters, digits, dashes and underscores",
        arguments: ["a", "default", "A-b_9", String(repeating: "x", count: 64)])
    func valid(text: String) throws {
        #expect(try ExecutorName(text).description == text)
    }

    @Test("nothing else", arguments: ["", "a b", "ä", "a/b", "a\n", String(repeating: "x", count: 65)])
    func invalid(text: String) {
        #expect(throws: AgentError.self) { try ExecutorName(text) }
    }

    @Test("the default one is called so")
    func defaultName() throws {
        #expect(try ExecutorName("default") == .default)
    }
}
