import AgentCore
import AgentTestSupport
import Glibc
import LogStream
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FollowingTests {
    private let files: ScratchFiles

    init() throws { files = try ScratchFiles() }

    private var log: String { files.path("log") }

    @Test func `following begins at the current end, and unfinished lines wait for theirs`() async throws {
        try files.append("old\n", to: "log")
        try await following(log) { received in
            try files.append("new 1\nnew", to: "log")
            #expect(await received.wait(for: 1) == ["new 1"])
            try files.append(" 2\n\nnew 3\n", to: "log")
            #expect(await received.wait(for: 3) == ["new 1", "new 2", "new 3"])
        }
    }

    @Test func `following can begin with the last lines, and an unfinished one comes when it is finished`() async throws
    {
        try files.append("1\n2\n3\nhal", to: "log")
        try await following(log, tail: 2) { received in
            #expect(await received.wait(for: 2) == ["2", "3"])
            try files.append("f\n4\n", to: "log")
            #expect(await received.wait(for: 4) == ["2", "3", "half", "4"])
            files.rename("log", to: "log.1")
            try files.append("5\n", to: "log")
            #expect(await received.wait(for: 5).last == "5")
        }
    }

    @Test func `a file that does not exist yet is awaited`() async throws {
        try await following(log) { received in
            try files.append("first\nsecond\n", to: "log")
            #expect(await received.wait(for: 2) == ["first", "second"])
        }
    }

    @Test func `directories that do not exist yet are awaited`() async throws {
        let (outer, inner) = (files.path("outer"), files.path("outer/inner"))
        try await following("\(inner)/log") { received in
            mkdir(outer, 0o755)
            mkdir(inner, 0o755)
            try files.append("here\n", to: "outer/inner/log")
            #expect(await received.wait(for: 1) == ["here"])
            unlink("\(inner)/log")
            rmdir(inner)
            mkdir(inner, 0o755)
            try files.append("again\n", to: "outer/inner/log")
            #expect(await received.wait(for: 2) == ["here", "again"])
        }
        unlink("\(inner)/log")
        rmdir(inner)
        rmdir(outer)
    }

    @Test func `rotation loses and repeats nothing, even when the writer keeps to the old file for a while`()
        async throws
    {
        try files.append("", to: "log")
        try await following(log) { received in
            try files.append("1\n", to: "log")
            files.rename("log", to: "log.1")
            try files.append("2\n", to: "log.1")
            try files.append("", to: "log")
            try files.append("3\nhalf", to: "log.1")
            try files.append("4\n", to: "log")
            #expect(await received.wait(for: 5) == ["1", "2", "3", "half", "4"])
            files.rename("log", to: "log.2")
            try files.append("5\n", to: "log")
            #expect(await received.wait(for: 6).last == "5")
        }
    }

    @Test func `a reader that sleeps through several rotations misses nothing`() async throws {
        try files.append("", to: "log")
        let lines = try await LogStream().lines(of: log)
        for number in 0..<5 {
            try files.append("in \(number)\n", to: "log")
            files.rename("log", to: "log.\(number)")
            try files.append("", to: "log")
            #expect(await eventually { ProcessFacts.openDescriptorTargets().contains(log) })
        }
        for number in 0..<5 { unlink(files.path("log.\(number)")) }
        var iterator = lines.makeAsyncIterator()
        for number in 0..<5 { #expect(try await iterator.next()?.message == "in \(number)") }
    }

    @Test func `a truncated file is read from its beginning`() async throws {
        try files.append("old, and longer than what follows\n", to: "log")
        try await following(log) { received in
            try files.append("1\nhalf", to: "log")
            #expect(await received.wait(for: 1) == ["1"])
            truncate(log, 0)
            #expect(await received.wait(for: 2) == ["1", "half"])
            try files.append("2\n", to: "log")
            #expect(await received.wait(for: 3).last == "2")
        }
    }

    @Test func `a symbolic link is followed, and so is its turn to another file`() async throws {
        try files.append("", to: "a")
        try files.append("b1\n", to: "b")
        symlink("a", log)
        try await following(log) { received in
            try files.append("a1\n", to: "a")
            #expect(await received.wait(for: 1) == ["a1"])
            files.rename("a", to: "a.1")
            try files.append("a2\n", to: "a")
            #expect(await received.wait(for: 2) == ["a1", "a2"])
            symlink("b", files.path("link"))
            files.rename("link", to: "log")
            #expect(await received.wait(for: 3) == ["a1", "a2", "b1"])
        }
    }

    @Test func `a directory in the file's place ends the stream with the reason`() async throws {
        try files.append("", to: "log")
        let lines = try await LogStream().lines(of: log)
        try files.append("last\n", to: "log")
        unlink(log)
        mkdir(log, 0o755)
        var iterator = lines.makeAsyncIterator()
        #expect(try await iterator.next()?.message == "last")
        await #expect(throws: AgentError.self) { try await iterator.next() }
        rmdir(log)
    }

    @Test func `a busy writer that rotates all the time loses no line to several readers`() async throws {
        let stream = try LogStream()
        try files.append("", to: "log")
        let expected = (0..<20_000).map(String.init)
        try await following(log, in: stream) { first in
            try await following(log, in: stream) { second in
                for (number, line) in expected.enumerated() {
                    try files.append("\(line)\n", to: "log")
                    guard number % 1000 == 999 else { continue }
                    files.rename("log", to: "log.\(number)")
                    try files.append("", to: "log")
                    let done = number + 1
                    #expect(await eventually { first.messages.count >= done - 500 })
                }
                #expect(await first.wait(for: expected.count) == expected)
                #expect(await second.wait(for: expected.count) == expected)
            }
        }
    }

    @Test func `cancelling ends the stream at once and lets go of the file`() async throws {
        try files.append("", to: "log")
        let started = ContinuousClock.now
        try await following(log) { _ in
            #expect(ProcessFacts.openDescriptorTargets().contains(log))
        }
        #expect(ContinuousClock.now - started < .seconds(1))
        #expect(await eventually { !ProcessFacts.openDescriptorTargets().contains(log) })
    }

    @Test func `streams that were never read leave nothing behind`() async throws {
        try files.append("", to: "log")
        let stream = try LogStream()
        for _ in 0..<300 { _ = try await stream.lines(of: log) }
        #expect(await eventually { !ProcessFacts.openDescriptorTargets().contains(log) })
    }

    @Test func `a thread that nobody needs any more ends`() async throws {
        try files.append("", to: "log")
        for _ in 0..<50 { try await following(log) { _ in } }
        #expect(await eventually { ProcessFacts.threadCount(named: "log-stream") < 20 })
    }
}
