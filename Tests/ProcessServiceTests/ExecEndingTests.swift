import AgentCore
import AgentTestSupport
import Glibc
import ProcessService
import Testing

extension ProcessServiceTests {
    @Suite struct ExecEndingTests {
        /// A shell that writes its own pid, and that of a child of its, into a file and then waits for the child.
        private func family(_ files: ScratchFiles, prelude: String = "") -> String {
            "\(prelude) sleep 300 & echo $$ $! > \(files.path("part")); mv \(files.path("part")) \(files.path("pids")); wait"
        }

        private func readPids(_ files: ScratchFiles) async throws -> [Int32] {
            #expect(await eventually { files.read("pids") != nil })
            let bytes = try #require(files.read("pids"))
            return String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.compactMap { Int32($0) }
        }

        private func expectGone(_ pids: [Int32]) async {
            #expect(pids.count == 2)
            #expect(await eventually { pids.allSatisfy { !ProcessFacts.isAlive($0) } })
            #expect(await eventually { ProcessFacts.defunctChildren().isEmpty })
        }

        @Test(arguments: ["", "trap '' TERM;"])
        func `a timeout answers at the deadline and ends the whole group`(prelude: String) async throws {
            let files = try ScratchFiles()
            let fixture = try ExecFixture()
            let script = family(files, prelude: prelude)
            let started = ContinuousClock.now
            let error = await failure { try await fixture.shell(script, timeout: .milliseconds(400)) }
            let took = ContinuousClock.now - started
            #expect(error?.code == .timeout)
            #expect(took >= .milliseconds(400) && took < .seconds(1))
            await expectGone(try await readPids(files))
        }

        @Test func `a timeout tells what was written until then`() async throws {
            let error = await failure {
                try await ExecFixture().shell("printf out; printf errors >&2; sleep 60", timeout: .milliseconds(300))
            }
            #expect(error?.details["stdout_b64"] == .string("b3V0"))
            #expect(error?.details["stderr_b64"] == .string("ZXJyb3Jz"))
        }

        @Test func `a program is told to end before it is killed`() async throws {
            let files = try ScratchFiles()
            let fixture = try ExecFixture()
            let script = "trap 'echo bye > \(files.path("said")); exit' TERM; while :; do sleep 0.01; done"
            let error = await failure { try await fixture.shell(script, timeout: .milliseconds(200)) }
            #expect(error?.code == .timeout)
            #expect(await eventually { files.read("said") == Array("bye\n".utf8) })
        }

        @Test func `a client that leaves takes the whole group along`() async throws {
            let files = try ScratchFiles()
            let fixture = try ExecFixture()
            let script = family(files)
            let pids = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await fixture.shell(script) }
                }
                let pids = try await readPids(files)
                group.cancelAll()
                return pids
            }
            await expectGone(pids)
        }

        @Test func `a call cancelled before it begins leaves nothing`() async throws {
            let fixture = try ExecFixture()
            await withTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await fixture.exec("sleep", "300") }
                }
            }
            #expect(await eventually { ProcessFacts.defunctChildren().isEmpty })
        }

        @Test func `a background process that holds the pipes delays the answer a quarter second at most`() async throws
        {
            let files = try ScratchFiles()
            let result = try await ExecFixture().shell("sleep 300 & echo $! > \(files.path("pid")); echo done")
            let pid = try #require(files.read("pid").flatMap { Int32(String(decoding: $0.dropLast(), as: UTF8.self)) })
            defer { kill(pid, SIGKILL) }
            #expect(result.text == "done\n")
            #expect(result.duration < .seconds(1))
            #expect(ProcessFacts.isAlive(pid))
        }

        @Test func `a flood of output ends the command and says so`() async throws {
            let fixture = try ExecFixture { $0.execOutputLimit = 100_000 }
            let error = await failure { try await fixture.exec("yes") }
            #expect(error?.code == .tooLarge)
            #expect(error?.message.contains("100000 bytes to stdout") == true)
            #expect(try await fixture.exec("head", "-c", "100000", "/dev/zero").stdout.count == 100_000)
            #expect(await eventually { ProcessFacts.defunctChildren().isEmpty })
        }

        @Test(arguments: ["", "trap '' TERM;"])
        func `shutdown ends everything within two seconds and starts nothing more`(prelude: String) async throws {
            let files = try ScratchFiles()
            let fixture = try ExecFixture()
            let script = family(files, prelude: prelude)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let status = try await fixture.shell(script).status
                    #expect(status.exitCode == -1)
                }
                let pids = try await readPids(files)
                let started = ContinuousClock.now
                await fixture.service.shutdown()
                #expect(ContinuousClock.now - started < .seconds(2))
                await expectGone(pids)
            }
            #expect(await failure { try await fixture.exec("true") }?.code == .unavailable)
        }
    }
}
