import AgentCore
import NIOHTTP1
import Testing

@testable import DevToolsProxy

@Suite("routing")
struct RoutingTests {
    @Test(
        "a WebSocket path names its target, any other the browser",
        arguments: [
            ("/devtools/page/AB12", CDPTarget.path("/devtools/page/AB12")),
            ("/devtools/page/AB12/?jwt=x", .path("/devtools/page/AB12")),
            ("/devtools/worker/1", .path("/devtools/worker/1")),
            ("/", .browser), ("/?jwt=x", .browser), ("/devtools/browser/old", .browser), ("/devtools/page", .browser),
            ("/devtools/page/", .browser), ("/anything/at/all", .browser), ("ws://host:1", .browser),
            ("http://host/devtools/page/A", .path("/devtools/page/A")),
        ])
    func webSocketTargets(uri: String, target: CDPTarget) throws {
        #expect(CDPTarget(try RequestTarget(uri)) == target)
    }

    @Test(
        "documents and commands, with or without trailing slash",
        arguments: [
            ("GET", "/json/version/", "/json/version"), ("GET", "/json?jwt=x", "/json"),
            ("GET", "/json/list", "/json/list"), ("GET", "/json/protocol", "/json/protocol"),
            ("PUT", "/json/new?http://a/?b=c", "/json/new?http://a/?b=c"),
            ("GET", "/json/close/AB", "/json/close/AB"), ("GET", "/json/activate/AB/", "/json/activate/AB"),
        ])
    func documents(method: String, uri: String, upstream: String) throws {
        #expect(try CDPDocument(HTTPMethod(rawValue: method), RequestTarget(uri)).uri == upstream)
    }

    @Test(
        "what is not there says so",
        arguments: [
            ("GET", "/json/nothing", AgentError.Code.notFound), ("POST", "/json/list", .methodNotAllowed),
            ("GET", "/", .upgradeRequired), ("GET", "/devtools/page/A", .upgradeRequired),
            ("GET", "*", .invalidArgument), ("CONNECT", "host:80", .invalidArgument),
        ])
    func refusals(method: String, uri: String, code: AgentError.Code) {
        let error = #expect(throws: AgentError.self) {
            try CDPDocument(HTTPMethod(rawValue: method), RequestTarget(uri))
        }
        #expect(error?.code == code)
    }

    @Test("the outermost proxy says what the client used")
    func forwardedAddress() {
        let headers: HTTPHeaders = [
            "Host": "10.0.0.1:9222", "X-Forwarded-Proto": "WSS, http", "X-Forwarded-Host": "vm.example, inner",
        ]
        #expect(
            ClientFacingAddress(headers, fallback: nil) == ClientFacingAddress(authority: "vm.example", isSecure: true))
        let odd: HTTPHeaders = ["Host": "10.0.0.1:9222", "X-Forwarded-Proto": "http, wss", "X-Forwarded-Host": "a\"b"]
        #expect(
            ClientFacingAddress(odd, fallback: nil) == ClientFacingAddress(authority: "10.0.0.1:9222", isSecure: false))
    }
}
