import AgentCore
import Foundation
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
        let directory = FileManager.default.temporaryDirectory.appending(path: "location-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let port = directory.appending(path: "DevToolsActivePort")
        let log = directory.appending(path: "chromium")
        let location = DevToolsLocation(
            address: SocketEndpoint(port: 9223), activePortFile: port.path, log: log.path)
        #expect(await location.alternatives() == [])
        try Data("4711\n/devtools/browser/x".utf8).write(to: port)
        let noise = String(repeating: "noise\n", count: 100_000)
        try Data("\(noise)DevTools listening on ws://[::1]:9223/devtools/browser/b\n".utf8).write(to: log)
        #expect(
            await location.alternatives() == [SocketEndpoint(port: 4711), SocketEndpoint(host: "::1", port: 9223)])
        try Data("no port\n".utf8).write(to: port)
        try Data("DevTools listening on ws://127.0.0.1:9223/\n".utf8).write(to: log)
        #expect(await location.alternatives() == [])
        let blocked = DevToolsLocation(address: SocketEndpoint(port: 1), activePortFile: "/dev/zero", log: "/")
        #expect(await blocked.alternatives() == [])
    }
}
