import AgentCore
import AgentTestSupport
import Glibc
import ProcessService
import Testing

extension ProcessServiceTests {
    @Suite struct SpawnControlTests {
        @Test func `input goes in, comes out, and can be closed`() async throws {
            let fixture = try ExecFixture()
            let record = try await fixture.spawn("cat")
            for text in ["one\n", "", "two\n"] {
                #expect(try await fixture.service.write(Array(text.utf8), to: record.id) == text.utf8.count)
            }
            try await fixture.service.endInput(of: record.id)
            #expect(try await fixture.output(of: record).text == "one\ntwo\n")
            let again = await agentError { _ = try await fixture.service.write([1], to: record.id) }
            #expect(again?.code == .conflict)
            #expect(await agentError { try await fixture.service.endInput(of: record.id) }?.code == .conflict)
        }

        @Test func `megabytes of input arrive in order although several write them`() async throws {
            let fixture = try ExecFixture()
            let record = try await fixture.spawn("cat")
            let parts = (0..<4).map { [UInt8](repeating: UInt8(65 + $0), count: 2_000_000) }
            async let output = fixture.output(of: record)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for part in parts {
                    group.addTask {
                        let count = try await fixture.service.write(part, to: record.id)
                        #expect(count == part.count)
                    }
                }
                try await group.waitForAll()
            }
            try await fixture.service.endInput(of: record.id)
            let bytes = try await output.stdout
            #expect(bytes.count == 8_000_000)
            // Writes are not mixed: each letter is one run.
            #expect(zip(bytes, bytes.dropFirst()).count { $0 != $1 } == 3)
        }

        @Test func `a full pipe is answered with what was written, and holds up nobody`() async throws {
            let fixture = try ExecFixture { $0.inputTimeout = .milliseconds(200) }
            let record = try await fixture.spawn("sleep", "60")
            let started = ContinuousClock.now
            #expect(try await fixture.service.write([UInt8](repeating: 0, count: 1 << 20), to: record.id) == 65_536)
            let took = ContinuousClock.now - started
            #expect(took >= .milliseconds(200) && took < .seconds(2))
            #expect(try await fixture.service.write([0], to: record.id) == 0)
            try await fixture.service.send(.kill, to: record.id)
            #expect(try await fixture.exitStatus(of: record) == .signalled(signal: SIGKILL))
        }

        @Test func `a write to a process that ends meanwhile says so`() async throws {
            signal(SIGPIPE, SIG_IGN)
            let fixture = try ExecFixture()
            let record = try await fixture.spawnShell("exec <&-; sleep 60")
            #expect(
                await eventually { await agentError { _ = try await fixture.service.write([1], to: record.id) } != nil }
            )
            try await fixture.service.send(.terminate, to: record.id)
            #expect(try await fixture.exitStatus(of: record) == .signalled(signal: SIGTERM))
            #expect(await agentError { try await fixture.service.send(.kill, to: record.id) }?.code == .conflict)
        }

        @Test func `a signal reaches the group, or the process alone`() async throws {
            for group in [true, false] {
                let files = try ScratchFiles()
                let fixture = try ExecFixture()
                let record = try await fixture.spawnShell("sleep 300 & echo $! > \(files.path("pid")); wait")
                #expect(await eventually { files.read("pid")?.last == 10 })
                let text = String(decoding: try #require(files.read("pid")), as: UTF8.self)
                let pid = try #require(Int32(text.dropLast()))
                try await fixture.service.send(.terminate, to: record.id, group: group)
                #expect(try await fixture.exitStatus(of: record) == .signalled(signal: SIGTERM))
                if group {
                    #expect(await eventually { !ProcessFacts.isAlive(pid) })
                } else {
                    #expect(ProcessFacts.isAlive(pid))
                    kill(pid, SIGKILL)
                }
            }
        }

        @Test func `names of signals are taken in any form`() throws {
            for name in ["TERM", "SIGTERM", "sigterm", "term"] {
                #expect(try ProcessSignal(name: name) == .terminate)
            }
            let error = #expect(throws: AgentError.self) { try ProcessSignal(name: "FOO") }
            #expect(error?.code == .invalidArgument)
        }

        @Test func `a timeout ends the group`() async throws {
            let fixture = try ExecFixture()
            let started = ContinuousClock.now
            let record = try await fixture.spawn("sleep", "300", timeout: .milliseconds(200))
            #expect(try await fixture.exitStatus(of: record) == .signalled(signal: SIGTERM))
            #expect(ContinuousClock.now - started < .seconds(2))
        }

        @Test func `usage is that of the whole group`() async throws {
            let fixture = try ExecFixture()
            let record = try await fixture.spawnShell("(while :; do :; done) & sleep 300")
            #expect(await eventually { (try? await fixture.service.usage(of: record.id)?.cpuPercent ?? 0) ?? 0 > 20 })
            let usage = try #require(try await fixture.service.usage(of: record.id))
            #expect(usage.memory > 1 << 20)
            try await fixture.service.send(.kill, to: record.id)
            _ = try await fixture.exitStatus(of: record)
            #expect(try await fixture.service.usage(of: record.id) == nil)
        }

        @Test func `ended processes are kept for a while, and not without limit`() async throws {
            let fixture = try ExecFixture {
                $0.retention = .milliseconds(300)
                $0.retentionLimit = 2
            }
            let record = try await fixture.spawn("true")
            _ = try await fixture.exitStatus(of: record)
            #expect(await eventually { await agentError { _ = try fixture.service.record(of: record.id) } != nil })
            #expect(fixture.service.list().isEmpty)
            for _ in 0..<2 { _ = try await fixture.exitStatus(of: fixture.spawn("true")) }
            #expect(await agentError { _ = try await fixture.spawn("true") }?.code == .resourceExhausted)
        }

        @Test func `descriptors and children are back to where they were`() async throws {
            let fixture = try ExecFixture { $0.retention = .milliseconds(1) }
            _ = try await fixture.spawn("true")
            let before = ProcessFacts.openDescriptorCount()
            for _ in 0..<100 { _ = try await fixture.spawn("true") }
            #expect(await eventually { ProcessFacts.openDescriptorCount() <= before })
            #expect(await eventually { ProcessFacts.defunctChildren().isEmpty })
        }

        @Test(arguments: [true, false])
        func `a stop ends what runs, unless told to leave it`(leaves: Bool) async throws {
            let fixture = try ExecFixture { $0.leavesProcessesRunning = leaves }
            let record = try await fixture.spawn("sleep", "300")
            await fixture.service.shutdown()
            #expect(ProcessFacts.isAlive(record.pid) == leaves)
            kill(record.pid, SIGKILL)
            _ = try await fixture.exitStatus(of: record)
        }
    }
}

/// The agent's error that `body` throws; `nil` when it throws none or another one.
func agentError(_ body: () async throws -> Void) async -> AgentError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? AgentError
    }
}
