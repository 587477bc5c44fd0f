import AgentCore
import AgentTestSupport
import Testing
import XInput

/// Types more foreign characters than there are spare keys into a client that lags behind: keys must not be given a
/// new meaning before it has read what they were pressed for.
@Suite(.enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"), .serialized)
struct RemappingTests {
    private static let characters = (0x4e00..<0x4e50).compactMap { Unicode.Scalar($0) }.map { String(Character($0)) }

    @Test func `more different characters than spare keys arrive`() async throws {
        try await typed([Self.characters.joined()])
    }

    @Test func `characters that an earlier text has left on keys arrive too`() async throws {
        try await typed([
            Self.characters.joined(), Self.characters.reversed().joined(), "a" + Self.characters.suffix(30).joined(),
        ])
    }

    private func typed(_ texts: [String]) async throws {
        try await XvfbFixture.with { xvfb in
            let client = try await PingingClient(displayName: xvfb.displayName)
            try await withThrowingTaskGroup { group in
                group.addTask { await client.run(pause: .microseconds(300)) }
                let input = try InputService(displayName: xvfb.displayName)
                for text in texts { try await input.type(Typing(text)) }
                let expected = texts.joined()
                _ = await eventually(within: .seconds(10)) { await client.text.count >= expected.count }
                let text = await client.text
                #expect(text == expected)
                #expect(await client.pings > 0)
                group.cancelAll()
            }
        }
    }
}
