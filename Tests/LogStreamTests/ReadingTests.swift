import AgentCore
import AgentTestSupport
import Glibc
import LogStream
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ReadingTests {
    private let files: ScratchFiles

    init() throws { files = try ScratchFiles() }

    private func lines(of bytes: [UInt8]) async throws -> [String] {
        try files.write(bytes, to: "log")
        return try await allLines(files.path("log"))
    }

    @Test func `every line comes once, the unfinished last one too, and then the end`() async throws {
        #expect(try await lines(of: Array("one\n\n\ntwo\r\nthree".utf8)) == ["one", "two\r", "three"])
        #expect(try await lines(of: []) == [])
    }

    @Test func `a hundred thousand lines arrive complete and in order`() async throws {
        let expected = (0..<100_000).map { "line \($0) " + String(repeating: "x", count: $0 % 90) }
        #expect(try await lines(of: Array(expected.joined(separator: "\n").utf8)) == expected)
    }

    @Test func `what is not UTF-8 is replaced`() async throws {
        #expect(try await lines(of: [0x61, 0xFF, 0x62, 0x0A, 0xC3, 0x0A]) == ["a\u{FFFD}b", "\u{FFFD}"])
    }

    @Test func `a very long line comes in marked pieces that add up to it`() async throws {
        let long = String(repeating: "aü€😀", count: 100_000)
        let pieces = try await lines(of: Array("before\n\(long)\nafter\n".utf8))
        let mark = " [line continues]"
        #expect(pieces.first == "before" && pieces.last == "after" && pieces.count == 6)
        #expect(pieces[1...3].allSatisfy { $0.hasSuffix(mark) && $0.utf8.count <= 256 * 1024 + mark.utf8.count })
        #expect(pieces[1...3].map { String($0.dropLast(mark.count)) }.joined() + pieces[4] == long)
    }

    @Test func `lines carry the time they were read at`() async throws {
        try files.write(Array("x\n".utf8), to: "log")
        let before = Int64(time(nil))
        for try await line in try await LogStream().lines(of: files.path("log"), follow: false) {
            #expect((before...before + 60).contains(line.timestamp.components.seconds))
        }
    }

    @Test func `batches hold the same lines`() async throws {
        let expected = (0..<5000).map { "line \($0)" }
        try files.write(Array(expected.joined(separator: "\n").utf8), to: "log")
        var received: [String] = []
        for try await batch in try await LogStream().lines(of: files.path("log"), follow: false).batches {
            #expect(!batch.isEmpty)
            received += batch.map(\.message)
        }
        #expect(received == expected)
    }

    @Test(arguments: [false, true])
    func `what is not a regular file is refused with the reason`(follow: Bool) async throws {
        mkfifo(files.path("pipe"), 0o600)
        for (path, reason) in [
            (files.directory, "is a directory"), (files.path("pipe"), "not a regular file"),
            ("/dev/zero", "not a regular file"), ("", "empty"), ("/etc/\0", "NUL"), ("/nowhere/", "name a file"),
            ("/etc/passwd/log", "not a directory"),
        ] {
            let error = await #expect(throws: AgentError.self) {
                _ = try await LogStream().lines(of: path, follow: follow)
            }
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.contains(reason) == true)
        }
    }

    @Test func `a missing file that is not followed is not found`() async throws {
        let error = await #expect(throws: AgentError.self) { try await allLines(files.path("none")) }
        #expect(error?.code == .notFound)
    }

    @Test func `files that the kernel makes up are read, and followed without spinning`() async throws {
        #expect(try await allLines("/proc/self/status").contains { $0.hasPrefix("Pid:") })
        try await following("/proc/self/status") { received in
            #expect(await received.wait(for: 10).filter { $0.hasPrefix("Pid:") }.count == 1)
        }
    }

    @Test func `supervisor programs have their files, and names stay names`() throws {
        let logs = SupervisorLogs(directory: "/logs")
        #expect(try logs.path(for: "chromium") == "/logs/chromium")
        #expect(try SupervisorLogs().path(for: "x") == "/var/log/supervisord/x")
        for name in ["", ".", "..", "../x", "a/b", "/etc/passwd", "a\0"] {
            #expect(throws: AgentError.self) { try logs.path(for: name) }
        }
    }

    @Test func `the last lines can be asked for`() async throws {
        try files.write(Array("1\n\n2\n3\n\n\n4\n\nhalf".utf8), to: "log")
        for (count, expected) in [
            (0, []), (1, ["half"]), (2, ["4", "half"]), (4, ["2", "3", "4", "half"]),
            (5, ["1", "2", "3", "4", "half"]),
            (6, ["1", "2", "3", "4", "half"]),
        ] {
            #expect(try await allLines(files.path("log"), tail: count) == expected)
        }
    }

    @Test func `the last lines are found over many chunks, and none is torn`() async throws {
        let lines = (0..<20_000).map { "\($0) " + String(repeating: "y", count: $0 * 7 % 300) }
        try files.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "log")
        for count in [1, 2, 999, 12_345, 19_999, 20_000, 1_000_000] {
            #expect(try await allLines(files.path("log"), tail: count) == lines.suffix(count))
        }
    }

    @Test func `the last lines of a file whose size says nothing`() async throws {
        let all = try await allLines("/proc/self/status")
        #expect(try await allLines("/proc/self/status", tail: 3).count == 3)
        #expect(try await allLines("/proc/self/status", tail: 3).last == all.last)
    }
}
