import AgentCore
import AgentTestSupport
import Glibc
import ProcessService
import Testing

extension ProcessServiceTests {
    /// Only root may change users.
    @Suite(.enabled(if: geteuid() == 0, "needs root"))
    struct ExecUserTests {
        private static let report = "id -u; id -g; id -G; echo \"$HOME $USER $LOGNAME\""

        private func run(as user: String?, asRoot: Bool = false) async throws -> [String] {
            try await ExecFixture().exec("sh", "-c", Self.report, asUser: user, asRoot: asRoot).lines
        }

        @Test(arguments: ["nobody", "65534"])
        func `a user by name or number brings groups and variables`(user: String) async throws {
            #expect(try await run(as: user) == ["65534", "65534", "65534", "/nonexistent nobody nobody"])
        }

        @Test(arguments: ["nobody:100", "65534:100"])
        func `a group after the colon replaces the user's own`(user: String) async throws {
            let lines = try await run(as: user)
            #expect(Array(lines.prefix(2)) == ["65534", "100"])
            #expect(lines[2] == "100")
        }

        @Test func `supplementary groups are the user's`() async throws {
            let expected = try await ExecFixture().exec("id", "-G", "games").text
            #expect(try await ExecFixture().exec("id", "-G", asUser: "games").text == expected)
        }

        @Test func `as_root is root`() async throws {
            #expect(try await run(as: nil, asRoot: true) == ["0", "0", "0", "/root root root"])
        }

        @Test func `the request's variables win over the user's`() async throws {
            let result = try await ExecFixture().exec(
                "printenv", "HOME", environment: ["HOME": "/chosen"], asUser: "nobody")
            #expect(result.text == "/chosen\n")
        }

        @Test func `the user's rights decide, and the agent keeps its own`() async throws {
            let result = try await ExecFixture().exec("cat", "/etc/shadow", asUser: "nobody")
            #expect(result.status == .exited(code: 1))
            #expect(geteuid() == 0)
            let error = await failure {
                try await ExecFixture().exec("pwd", directory: "/root", asUser: "nobody")
            }
            #expect(error?.code == .invalidArgument)
        }
    }
}
