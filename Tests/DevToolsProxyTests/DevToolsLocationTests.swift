import AgentCore
import AgentTestSupport
import Testing

@testable import DevToolsProxy

@Suite("DevToolsLocation")
struct DevToolsLocationTests {
    @Test("the last line of the log counts")
    func log() {
        let text = """
            DevTools listening on ws://127.0.0.1:9223/devtools/browser/a
            [ERROR] something
            DevTools listening on ws://[::1]:9223/devtools/browser/b\r
            DevTools listening on nothing
            """
        #expect(DevToolsLocation.lastEndpoint(inLog: text) == SocketEndpoint(host: "::1", port: 9223))
        #expect(DevToolsLocation.lastEndpoint(inLog: "") == nil)
        #expect(DevToolsLocation.lastEndpoint(inLog: "DevTools listening on ws://") == nil)
    }

    @Test("both files are looked at, what is no address is not taken for one")
    func files() async throws {
        let scratch = try ScratchFiles()
        let location = DevToolsLocation(
            address: SocketEndpoint(port: 9223), activePortFile: scratch.path("DevToolsActivePort"),
            log: scratch.path("chromium"))
        #expect(await location.alternatives() == [])
        try scratch.write(Array("4711\n/devtools/browser/x".utf8), to: "DevToolsActivePort")
        let noise = String(repeating: "noise\n", count: 100_000)
        let line = "DevTools listening on ws://[::1]:9223/devtools/browser/b\n"
        try scratch.write(Array("\(noise)\(line)".utf8), to: "chromium")
        #expect(
            await location.alternatives() == [SocketEndpoint(port: 4711), SocketEndpoint(host: "::1", port: 9223)])
        try scratch.write(Array("no port\n".utf8), to: "DevToolsActivePort")
        try scratch.write(Array("DevTools listening on ws://127.0.0.1:9223/\n".utf8), to: "chromium")
        #expect(await location.alternatives() == [])
        let blocked = DevToolsLocation(address: SocketEndpoint(port: 1), activePortFile: "/dev/zero", log: "/")
        #expect(await blocked.alternatives() == [])
    }
}
