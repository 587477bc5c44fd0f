import AgentCore
import Testing
import XInput

@Suite struct TypingLimitTests {
    @Test func `control characters no key types are refused`() {
        #expect(throws: AgentError.invalidArgument("text contains the control character 0x1, which no key types")) {
            try Typing("a\u{1}").plan()
        }
    }

    @Test func `a text may be as long as the limit and no longer`() throws {
        let longest = String(repeating: "a", count: Typing.longestText)
        #expect(try Typing(longest).plan().steps.count == 2 * Typing.longestText)
        let failure = #expect(throws: AgentError.self) { try Typing(longest + "a").plan() }
        #expect(failure?.code == .invalidArgument)
    }

    @Test func `a line break is one Return however it is written`() throws {
        for text in ["\n", "\r", "\r\n"] {
            #expect(try Typing(text).plan().steps.map(\.key) == [.character("\n"), .character("\n")])
        }
    }

    @Test func `plain typing keeps its delay`() throws {
        let plan = try Typing("abc", style: .plain(delay: .milliseconds(20))).plan()
        #expect(plan.steps.map(\.offset) == [0, 0, 20, 20, 40, 40].map { .milliseconds($0) })
    }

    @Test func `the same seed types the same`() throws {
        func plan(seed: UInt64) throws -> KeyPlan {
            try Typing("The quick brown fox", style: .human(seed: seed, typoChance: 0.1)).plan()
        }
        #expect(try plan(seed: 1) == plan(seed: 1))
        #expect(try plan(seed: 1) != plan(seed: 2))
    }
}
