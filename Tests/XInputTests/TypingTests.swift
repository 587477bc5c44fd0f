import AgentCore
import AgentTestSupport
import Glibc
import Testing
import XInput

/// Types into a real xterm running `cat`, which answers no pings, and reads the file back.
@Suite(
    .enabled(if: XvfbFixture.isInstalled && ChildProcess.isInstalled("xterm"), "Xvfb or xterm is not installed"),
    .serialized)
struct TypingTests {
    private static let ascii = String((0x20...0x7e).map { Character(Unicode.Scalar($0)) })

    @Test func `every printable ASCII character arrives`() async throws {
        try await typed([Self.ascii + "\n" + String(Self.ascii.reversed()) + "\n"])
    }

    @Test func `many characters without delay arrive in order`() async throws {
        try await typed([String(repeating: "The quick brown fox; 0123456789!\n", count: 60)])
    }

    @Test func `characters the layout lacks arrive`() async throws {
        try await typed(["héllo ÉÈÀÇ ñ € 日本語 😀 Привет\n"])
    }

    @Test func `a delay is kept between characters`() async throws {
        let start = ContinuousClock.now
        try await typed(["slowly\n"], style: .plain(delay: .milliseconds(20)))
        #expect(ContinuousClock.now - start >= .milliseconds(6 * 20))
    }

    @Test func `a text typed as a person types arrives, mistakes taken back`() async throws {
        try await typed(
            ["Hello, World! äÖß ÉÈÀ 日本 (a~b)\n"], style: .human(seed: 7, typoChance: 0.1, wordsPerMinute: 300))
    }

    @Test func `a terminal that reads late gets what was typed`() async throws {
        try await inTerminal { input, xterm, text in
            kill(xterm.pid, SIGSTOP)
            async let typing: Void = input.type(Typing("héllo 日本語 😀\n"))
            // As long as a machine with too much to do may leave it waiting: longer than a client is given at least.
            try await Task.sleep(for: .milliseconds(400))
            kill(xterm.pid, SIGCONT)
            try await typing
            _ = await eventually(within: .seconds(5)) { text().hasSuffix("\n") }
            #expect(text() == "héllo 日本語 😀\n")
        }
    }

    @Test func `a terminal that reads nothing is an error, before anything is lost`() async throws {
        try await inTerminal { input, xterm, text in
            kill(xterm.pid, SIGSTOP)
            defer { kill(xterm.pid, SIGCONT) }
            await #expect { try await input.type(Typing("日本\n")) } throws: { ($0 as? AgentError)?.code == .timeout }
        }
    }

    /// What has arrived after the line breaks that found out whether the terminal has the keyboard.
    private func typedText(in files: ScratchFiles) -> String {
        String(String(decoding: files.read("text") ?? [], as: UTF8.self).drop { $0 == "\n" })
    }

    /// Lines must be short enough for the terminal's line editing (`man 3 termios`: 4096 bytes).
    private func typed(_ texts: [String], style: Typing.Style = .plain()) async throws {
        try await inTerminal { input, _, text in
            for text in texts { try await input.type(Typing(text, style: style)) }
            let expected = texts.joined()
            _ = await eventually(within: .seconds(5)) { text().hasSuffix(expected) }
            #expect(text() == expected)
        }
    }

    /// Runs `body` with a terminal that has the keyboard, and with what reads the text that has arrived there.
    private func inTerminal(
        _ body: (_ input: InputService, _ xterm: ChildProcess, _ text: () -> String) async throws -> Void
    ) async throws {
        let files = try ScratchFiles()
        let command = "stty -echo; touch \(files.path("ready")); exec cat > \(files.path("text"))"
        try await XvfbFixture.with { xvfb in
            let xterm = try ChildProcess(
                ["xterm", "-u8", "-fullscreen", "-e", "sh", "-c", command],
                environment: ["DISPLAY": xvfb.displayName, "LC_ALL": "C.UTF-8"])
            defer { xterm.end() }
            let isReady = await eventually { files.read("ready") != nil }
            #expect(isReady)
            let input = try InputService(displayName: xvfb.displayName)
            let hasFocus = try await eventually {
                try await input.type(Typing("\n"))
                return files.read("text")?.isEmpty == false
            }
            #expect(hasFocus)
            try await body(input, xterm) { typedText(in: files) }
        }
    }
}
