import AgentCore
import AgentTestSupport
import Testing
import XInput

/// Types into a real xterm running `cat`, which answers no pings, and reads the file back.
@Suite(
    .enabled(if: XvfbFixture.isInstalled && ChildProcess.isInstalled("xterm"), "Xvfb or xterm is not installed"),
    .serialized)
struct TypingTests {
    private static let ascii = String((0x20...0x7e).map { Character(Unicode.Scalar($0)) })

    @Test func `every printable ASCII character arrives`() async throws {
        try await typed(Self.ascii + "\n" + String(Self.ascii.reversed()) + "\n")
    }

    @Test func `many characters without delay arrive in order`() async throws {
        try await typed(String(repeating: "The quick brown fox; 0123456789!\n", count: 60))
    }

    @Test func `characters the layout lacks arrive`() async throws {
        try await typed("héllo ÉÈÀÇ ñ € 日本語 😀 Привет\n")
    }

    @Test func `more different characters than spare keys arrive`() async throws {
        try await typed(String((0x4e00..<0x4e30).compactMap { Unicode.Scalar($0) }.map(Character.init)) + "\n")
    }

    @Test func `a delay is kept between characters`() async throws {
        let start = ContinuousClock.now
        try await typed("slowly\n", delay: .milliseconds(20))
        #expect(ContinuousClock.now - start >= .milliseconds(6 * 20))
    }

    /// Lines must be short enough for the terminal's line editing (`man 3 termios`: 4096 bytes).
    private func typed(_ text: String, delay: Duration = .zero) async throws {
        let files = try ScratchFiles()
        let command = "stty -echo; touch \(files.path("ready")); exec cat > \(files.path("text"))"
        try await XvfbFixture.with { xvfb in
            let xterm = try ChildProcess(
                ["xterm", "-u8", "-fullscreen", "-e", "sh", "-c", command],
                environment: ["DISPLAY": xvfb.displayName, "LC_ALL": "C.UTF-8"])
            defer { xterm.end() }
            let isReady = await eventually { files.read("ready") != nil }
            #expect(isReady)
            try await InputService(displayName: xvfb.displayName).type(text, delay: delay)
            let expected = Array(text.utf8)
            _ = await eventually(within: .seconds(5)) { files.read("text") == expected }
            #expect(files.read("text").map { String(decoding: $0, as: UTF8.self) } == text)
        }
    }
}
