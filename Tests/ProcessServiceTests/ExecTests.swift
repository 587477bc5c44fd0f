import AgentCore
import AgentTestSupport
import Glibc
import ProcessService
import Testing

extension ProcessServiceTests {
    @Suite struct ExecTests {
        @Test func `output, errors and exit code come back`() async throws {
            let result = try await ExecFixture().shell("printf out; printf err >&2; exit 7")
            #expect(result.text == "out")
            #expect(String(decoding: result.stderr, as: UTF8.self) == "err")
            #expect(result.status == .exited(code: 7))
            #expect(result.duration > .zero && result.duration < .seconds(5))
        }

        @Test func `a signal shows as exit code minus one`() async throws {
            let result = try await ExecFixture().shell("kill -SEGV $$")
            #expect(result.status == .signalled(signal: SIGSEGV))
            #expect(result.status.exitCode == -1)
        }

        @Test func `megabytes on both streams arrive byte for byte`() async throws {
            let result = try await ExecFixture().shell("seq 1 500000 & seq 1 400000 >&2; wait")
            #expect(result.stdout == Array((1...500_000).map { "\($0)\n" }.joined().utf8))
            #expect(result.stderr == Array((1...400_000).map { "\($0)\n" }.joined().utf8))
        }

        @Test func `arguments reach the program as they are`() async throws {
            let result = try await ExecFixture().exec("printf", "%s|", "a b", "", "$HOME", "ü\n\"")
            #expect(result.text == "a b||$HOME|ü\n\"|")
        }

        @Test func `the environment is the agent's with the request's on top`() async throws {
            let fixture = try ExecFixture { $0.environment = ["PATH": "/usr/bin:/bin", "KEPT": "1", "CHANGED": "1"] }
            let result = try await fixture.exec("env", environment: ["CHANGED": "2", "ADDED": "x=y"])
            #expect(Set(result.lines) == ["PATH=/usr/bin:/bin", "KEPT=1", "CHANGED=2", "ADDED=x=y"])
        }

        @Test func `the program runs where cwd says`() async throws {
            #expect(try await ExecFixture().exec("pwd", directory: "/usr/lib").text == "/usr/lib\n")
            let own = try await ExecFixture().exec("pwd", "-P").text
            #expect(try await ExecFixture().exec("pwd", "-P", directory: ".").text == own)
        }

        @Test func `programs are found in the child's PATH and in cwd`() async throws {
            let files = try ScratchFiles()
            try files.write(Array("#!/bin/sh\necho found\n".utf8), to: "tool")
            chmod(files.path("tool"), 0o755)
            let fixture = try ExecFixture()
            let path = ["PATH": "/nowhere:\(files.directory)"]
            #expect(try await fixture.exec("tool", environment: path).text == "found\n")
            #expect(try await fixture.exec("./tool", directory: files.directory).text == "found\n")
        }

        @Test func `standard input is empty`() async throws {
            #expect(try await ExecFixture().exec("cat").stdout.isEmpty)
        }

        @Test func `the child leads its own session and inherits nothing`() async throws {
            let leaked = open("/dev/null", O_RDWR)
            defer { close(leaked) }
            signal(SIGPIPE, SIG_IGN)
            // The last program replaces the shell: while a shell starts another it blocks signals itself.
            let script =
                "ls /proc/$$/fd; cut -d' ' -f5,6 /proc/$$/stat; echo $$ $$; "
                + "exec grep -E 'Sig(Blk|Ign)' /proc/self/status"
            let lines = try await ExecFixture().shell(script).lines
            #expect(Array(lines.prefix(3)) == ["0", "1", "2"])
            #expect(lines[3] == lines[4])
            #expect(lines[5].hasSuffix("\t0000000000000000"))
            #expect(lines[6].hasSuffix("\t0000000000000000"))
        }

        @Test func `a hundred at once all come back right`() async throws {
            let fixture = try ExecFixture()
            let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 0..<100 {
                    group.addTask { (number, try await fixture.exec("echo", "\(number)").text) }
                }
                return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
            }
            #expect(answers == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, "\($0)\n") }))
        }

        @Test func `a thousand leave no descriptor and no defunct child`() async throws {
            let fixture = try ExecFixture()
            let before = ProcessFacts.openDescriptorCount()
            for _ in 0..<1000 { _ = try await fixture.exec("true") }
            #expect(await eventually { ProcessFacts.openDescriptorCount() < before + 50 })
            #expect(await eventually { ProcessFacts.defunctChildren().isEmpty })
        }

        @Test func `a service reaps only its own children`() async throws {
            var stranger = pid_t()
            try #require(posix_spawn(&stranger, "/bin/true", nil, nil, [nil], [nil]) == 0)
            for _ in 0..<20 { _ = try await ExecFixture().exec("true") }
            var status: Int32 = -1
            #expect(waitpid(stranger, &status, 0) == stranger)
            #expect(status == 0)
        }
    }
}
