import AgentCore
import AgentTestSupport
import Glibc
import ProcessService
import Testing

extension ProcessServiceTests {
    @Suite struct ExecRefusalTests {
        private func refusal(_ command: Command, timeout: Duration? = nil) async throws -> AgentError? {
            let service = try ExecFixture().service
            return await failure { try await service.exec(command, timeout: timeout) }
        }

        @Test(arguments: [
            ("", "must not be empty"),
            ("no-such-program", "no such program in PATH"),
            ("/no/such/program", "no such program"),
            ("/etc", "is a directory"),
            ("/etc/passwd", "not executable"),
            ("tr\0ue", "NUL"),
        ])
        func `a command that cannot run says why`(program: String, reason: String) async throws {
            let error = try #require(try await refusal(Command(program)))
            #expect(error.code == .invalidArgument)
            #expect(error.message.contains(reason))
        }

        @Test(arguments: [("just text\n", "wrong format"), ("#!/no/such/interpreter\n", "interpreter")])
        func `an executable file that is no program says why`(content: String, reason: String) async throws {
            let files = try ScratchFiles()
            try files.write(Array(content.utf8), to: "file")
            chmod(files.path("file"), 0o755)
            let error = try #require(try await refusal(Command(files.path("file"))))
            #expect(error.code == .invalidArgument)
            #expect(error.message.contains(reason))
        }

        @Test func `arguments beyond the kernel's limit are refused`() async throws {
            let huge = String(repeating: "x", count: 300_000)
            let error = try await refusal(Command("true", arguments: [huge]))
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.contains("too long") == true)
        }

        @Test(arguments: ["/no/such/directory", "/etc/passwd"])
        func `a bad cwd is named`(directory: String) async throws {
            let error = try #require(try await refusal(Command("true", directory: directory)))
            #expect(error.code == .invalidArgument)
            #expect(error.message.contains("cwd \(directory)"))
        }

        @Test(arguments: [
            Command("true", arguments: ["a\0b"]), Command("true", directory: "/\0"),
            Command("true", environment: ["A": "\0"]), Command("true", environment: ["": "x"]),
            Command("true", environment: ["A=B": "x"]), Command("true", asUser: ""),
            Command("true", asUser: "root", asRoot: true), Command("true", asUser: "no-such-user"),
            Command("true", asUser: "4000000000"), Command("true", asUser: "root:staff"),
            Command("true", asUser: "root:"), Command("true", asUser: "a\0b"),
        ])
        func `a malformed request is refused`(command: Command) async throws {
            #expect(try await refusal(command)?.code == .invalidArgument)
        }

        @Test(arguments: [Duration.zero, .seconds(-1)])
        func `a timeout must be more than zero`(timeout: Duration) async throws {
            #expect(try await refusal(Command("true"), timeout: timeout)?.code == .invalidArgument)
        }

        @Test func `refusals leave no descriptor and no defunct child`() async throws {
            let fixture = try ExecFixture()
            let before = ProcessFacts.openDescriptorCount()
            for _ in 0..<200 { _ = await failure { try await fixture.exec("true", directory: "/nowhere") } }
            #expect(await eventually { ProcessFacts.openDescriptorCount() < before + 50 })
            #expect(await eventually { ProcessFacts.defunctChildren().isEmpty })
            #expect(try await fixture.exec("true").status == .exited(code: 0))
        }

        @Test func `beyond the limit of running commands the next is turned away`() async throws {
            let fixture = try ExecFixture { $0.concurrencyLimit = 1 }
            try await withThrowingTaskGroup(of: ExecResult.self) { group in
                let files = try ScratchFiles()
                group.addTask { try await fixture.shell("touch \(files.path("up")); exec sleep 60") }
                #expect(await eventually { files.read("up") != nil })
                #expect(await failure { try await fixture.exec("true") }?.code == .resourceExhausted)
                group.cancelAll()
            }
            #expect(await eventually { await failure { try await fixture.exec("true") } == nil })
        }
    }
}
