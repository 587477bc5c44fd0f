import AgentCore
import FoundationEssentials
import NIOCore
import Testing

@testable import DevToolsProxy

@Suite("SessionCapabilities")
struct SessionCapabilitiesTests {
    private let capabilities = SessionCapabilities(debuggerAddress: "127.0.0.1:9222")

    private static let forced = #""goog:chromeOptions":{"debuggerAddress":"127.0.0.1:9222"}"#

    @Test(
        "the running browser's address is forced",
        arguments: [
            ("{}", "{\"capabilities\":{\"alwaysMatch\":{\(forced)}}}"),
            (#"{"capabilities":{"alwaysMatch":null}}"#, "{\"capabilities\":{\"alwaysMatch\":{\(forced)}}}"),
            (
                #"{"capabilities":{"alwaysMatch":{"goog:chromeOptions":{"w":1,"debuggerAddress":"e:1"}}}}"#,
                #"{"capabilities":{"alwaysMatch":{"goog:chromeOptions":{"w":1,"debuggerAddress":"127.0.0.1:9222"}}}}"#
            ),
            (
                #"{"capabilities":{"firstMatch":[{"browserName":"chrome"}]}}"#,
                "{\"capabilities\":{\"alwaysMatch\":{\(forced)},\"firstMatch\":[{\"browserName\":\"chrome\"}]}}"
            ),
            (
                #"{"capabilities":{"firstMatch":[{"goog:chromeOptions":{}},{}]}}"#,
                "{\"capabilities\":{\"firstMatch\":[{\(forced)},{\(forced)}]}}"
            ),
            (#"{"desiredCapabilities":{}}"#, "{\"desiredCapabilities\":{\(forced)}}"),
        ])
    func forces(body: String, expected: String) throws {
        let edited = try capabilities.attaching(ByteBuffer(string: body))
        #expect(try decode(String(buffer: edited)) == decode(expected))
    }

    @Test(
        "a body that cannot be edited is refused",
        arguments: [
            "", "{", "[]", "1", #"{"capabilities":5}"#, #"{"capabilities":{"alwaysMatch":[]}}"#,
            #"{"capabilities":{"alwaysMatch":{"goog:chromeOptions":"x"}}}"#, #"{"desiredCapabilities":[]}"#,
            #"{"capabilities":{"firstMatch":[{"goog:chromeOptions":{}},7]}}"#,
        ])
    func refuses(body: String) {
        let error = #expect(throws: AgentError.self) { try capabilities.attaching(ByteBuffer(string: body)) }
        #expect(error?.code == .invalidArgument)
    }

    private func decode(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }
}
