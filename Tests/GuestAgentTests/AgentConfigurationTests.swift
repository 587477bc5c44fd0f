import AgentCore
import Testing

@testable import GuestAgent

@Suite("AgentConfiguration")
struct AgentConfigurationTests {
    private func configuration(flags: [String: String] = [:], environment: [String: String] = [:]) throws
        -> AgentConfiguration
    {
        try AgentConfiguration(SettingSource(flags: flags, environment: { environment[$0] }))
    }

    @Test("defaults are the contract's, on loopback")
    func defaults() throws {
        let configuration = try configuration()
        #expect(configuration.bindAddress == "127.0.0.1")
        #expect(configuration.apiPort == 10001)
        #expect(configuration.devToolsProxyPort == 9222)
        #expect(configuration.devToolsAddress.description == "127.0.0.1:9222")
        #expect(configuration.display == ":1")
    }

    @Test("a flag wins over the environment, an empty variable counts as unset")
    func precedence() throws {
        let configuration = try configuration(flags: ["port": "2"], environment: ["PORT": "3", "FRAME_RATE": ""])
        #expect(configuration.apiPort == 2)
        #expect(configuration.frameRate == 10)
    }

    @Test(
        "a bad value is refused with the name of its key",
        arguments: [
            ("PORT", "70000"), ("PORT", "x"), ("FRAME_RATE", "0"), ("FRAME_RATE", "21"), ("MAX_SIZE_MB", "-1"),
            ("DISPLAY_NUM", ":1"), ("DEVTOOLS_UPSTREAM_ADDR", "localhost"), ("LOG_LEVEL", "loud"),
            ("ALLOWED_ORIGINS", "example.org"), ("EXEC_LIMIT", "0"), ("UNPACK_DEPTH_LIMIT", "0"),
            ("UNPACK_SIZE_LIMIT_GB", "64G"), ("SHUTDOWN_TIMEOUT_SEC", "forever"),
            ("PROCESS_OUTPUT_MB", "0"), ("PROCESS_RETENTION_SEC", "9"), ("PROCESS_KEPT", "0"),
            ("TERMINAL_HISTORY_KB", "1"), ("KILL_GRACE_SEC", "-1"), ("LEAVE_PROCESSES", "maybe"),
            ("COMMAND_MEMORY_MB", "1G"), ("COMMAND_CPU_PERCENT", "-1"), ("COMMAND_TASKS", "many"),
        ])
    func refusals(variable: String, value: String) throws {
        let error = #expect(throws: AgentError.self) { try configuration(environment: [variable: value]) }
        let message = try #require(error?.message)
        #expect(message.hasPrefix("\(variable) must be "))
        #expect(message.hasSuffix("not \"\(value)\""))
    }

    @Test("endpoints know IPv6")
    func endpoints() {
        #expect(SocketEndpoint("[::1]:80") == SocketEndpoint(host: "::1", port: 80))
        #expect(SocketEndpoint("[::1]:80")?.description == "[::1]:80")
        #expect(SocketEndpoint(":80") == nil)
    }
}
