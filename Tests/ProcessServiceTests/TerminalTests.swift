import AgentCore
import AgentTestSupport
import Glibc
import ProcessService
import Testing

import enum ProcessService.ExitStatus

extension ProcessServiceTests {
    @Suite struct TerminalTests {
        private func spawn(
            _ fixture: ExecFixture, _ script: String, size: TerminalSize = .standard
        ) async throws -> ProcessRecord {
            try await fixture.service.spawn(Command("sh", arguments: ["-c", script]), terminal: size)
        }

        /// Everything up to the end.
        private func transcript(_ terminal: TerminalAttachment) async throws -> (output: [UInt8], status: ExitStatus?) {
            var output: [UInt8] = []
            while true {
                switch try await terminal.next() {
                case .output(let bytes): output += bytes
                case .exited(let status): return (output, status)
                case .replaced: return (output, nil)
                }
            }
        }

        @Test func `TERM is set unless somebody else has`() async throws {
            let script = "echo $TERM; tty; stty size"
            for (inherited, expected) in [([:], "xterm-256color"), (["TERM": "vt220"], "vt220")] {
                let fixture = try ExecFixture {
                    $0.environment["TERM"] = nil
                    $0.environment.merge(inherited) { $1 }
                }
                let record = try await spawn(fixture, script, size: TerminalSize(rows: 7, columns: 9))
                let (output, status) = try await transcript(fixture.service.attach(to: record.id))
                let lines = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
                #expect(lines.first ?? "" == expected)
                #expect(lines.last == "7 9")
                #expect(status == .exited(code: 0))
            }
        }

        @Test(.enabled(if: geteuid() == 0, "needs root"))
        func `the terminal belongs to the user`() async throws {
            let fixture = try ExecFixture()
            let command = Command("sh", arguments: ["-c", "stat -c %u $(tty); : < $(tty)"], asUser: "nobody")
            let record = try await fixture.service.spawn(command, terminal: .standard)
            let (output, status) = try await transcript(fixture.service.attach(to: record.id))
            #expect(output == Array("65534\r\n".utf8))
            #expect(status == .exited(code: 0))
        }

        @Test func `the last is kept while nobody is attached`() async throws {
            let fixture = try ExecFixture { $0.terminalHistory = 100_000 }
            let record = try await spawn(fixture, "stty -opost; seq 1 100000")
            _ = try await fixture.exitStatus(of: record)
            let expected = numbers(to: 100_000)
            let (output, _) = try await transcript(fixture.service.attach(to: record.id))
            #expect(output == Array(expected.suffix(100_000)))
            // Seen once; on request it comes again.
            #expect(try await transcript(fixture.service.attach(to: record.id)).output.isEmpty)
            var options = TerminalAttachment.Options()
            options.replaysAll = true
            #expect(try await transcript(fixture.service.attach(to: record.id, options)).output == output)
            let stream = try await fixture.output(of: record)
            #expect(stream.stdout == output)
            #expect(stream.dropped == UInt64(expected.count - output.count))
        }

        @Test func `a holder that does not ask makes the program wait, and its leaving frees it`() async throws {
            let fixture = try ExecFixture { $0.terminalHistory = 100_000 }
            let files = try ScratchFiles()
            let held = "while [ ! -e \(files.path("held")) ]; do sleep 0.01; done"
            let record = try await spawn(
                fixture, "stty -opost; \(held); seq 1 100000; touch \(files.path("done")); sleep 300")
            var terminal: TerminalAttachment? = try fixture.service.attach(to: record.id)
            #expect(terminal != nil)
            try files.write([], to: "held")
            // What the program has written stands still for as long as nobody asks.
            try? await Task.sleep(for: .milliseconds(300))
            #expect(files.read("done") == nil)
            terminal = nil
            #expect(await eventually { files.read("done") != nil })
            try await fixture.service.send(.kill, to: record.id)
            #expect(try await fixture.exitStatus(of: record) == .signalled(signal: SIGKILL))
        }

        @Test func `one holder at a time, who may be replaced`() async throws {
            let fixture = try ExecFixture()
            let record = try await spawn(fixture, "cat")
            let first = try fixture.service.attach(to: record.id)
            let refusal = await agentError { _ = try fixture.service.attach(to: record.id) }
            #expect(refusal?.code == .conflict)
            var options = TerminalAttachment.Options()
            options.takesOver = true
            let second = try fixture.service.attach(to: record.id, options)
            #expect(try await transcript(first).status == nil)
            await second.write(Array("typed\n\u{4}".utf8))
            let (output, status) = try await transcript(second)
            #expect(output == Array("typed\r\ntyped\r\n".utf8))
            #expect(status == .exited(code: 0))
        }

        @Test func `no job of a shell is left when it is killed`() async throws {
            let fixture = try ExecFixture()
            let files = try ScratchFiles()
            let record = try await fixture.service.spawn(
                Command("bash", arguments: ["--norc", "-i"]), terminal: .standard)
            let terminal = try fixture.service.attach(to: record.id)
            await terminal.write(
                Array(
                    "sleep 300 & echo $! > \(files.path("part")); mv \(files.path("part")) \(files.path("pid"))\n".utf8)
            )
            #expect(await eventually { files.read("pid") != nil })
            let text = String(decoding: try #require(files.read("pid")), as: UTF8.self)
            let pid = try #require(Int32(text.dropLast()))
            #expect(getpgid(pid) == pid)
            await fixture.service.shutdown()
            #expect(await eventually { !ProcessFacts.isAlive(pid) })
        }

        @Test func `descriptors are back to where they were when terminals have ended`() async throws {
            let fixture = try ExecFixture()
            let before = ProcessFacts.openDescriptorCount()
            for _ in 0..<50 {
                let record = try await spawn(fixture, "echo x")
                #expect(try await transcript(fixture.service.attach(to: record.id)).output == Array("x\r\n".utf8))
            }
            #expect(await eventually { ProcessFacts.openDescriptorCount() <= before })
        }

        @Test func `a process without a terminal has none to attach to or to resize`() async throws {
            let fixture = try ExecFixture()
            let record = try await fixture.spawn("cat")
            #expect(await agentError { _ = try fixture.service.attach(to: record.id) }?.code == .invalidArgument)
            let refusal = await agentError { try await fixture.service.resize(record.id, to: .standard) }
            #expect(refusal?.code == .invalidArgument)
            try await fixture.service.endInput(of: record.id)
        }
    }
}
