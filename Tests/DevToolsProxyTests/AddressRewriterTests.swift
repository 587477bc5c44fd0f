import AgentCore
import NIOCore
import Testing

@testable import DevToolsProxy

@Suite("AddressRewriter")
struct AddressRewriterTests {
    private let plain = AddressRewriter(
        address: ClientFacingAddress(authority: "vm.example:9222", isSecure: false), upstream: "127.0.0.1:9223")
    private let secure = AddressRewriter(
        address: ClientFacingAddress(authority: "vm.example", isSecure: true), upstream: "127.0.0.1:9223")

    private func rewrite(_ text: String, with rewriter: AddressRewriter) -> String {
        String(buffer: rewriter.rewrite(ByteBuffer(string: text)))
    }

    @Test("addresses are replaced at any depth, everything else is left byte for byte")
    func document() {
        let text = """
            { "b" : [ {"webSocketDebuggerUrl" :\t"ws://127.0.0.1:9223/devtools/page/A", "a":1.50} ],
              "url":"ws://127.0.0.1:9223/", "title":"\\"webSocketDebuggerUrl\\": \\"ws://x/\\"" }
            """
        let expected = text.replacing("ws://127.0.0.1:9223/devtools", with: "ws://vm.example:9222/devtools")
        #expect(rewrite(text, with: plain) == expected)
    }

    @Test("an encrypted outer connection is named as such")
    func schemes() {
        #expect(secure.webSocketURL("ws://127.0.0.1:9223/devtools/browser/1") == "wss://vm.example/devtools/browser/1")
        #expect(plain.webSocketURL("wss://other") == "ws://vm.example:9222")
        #expect(plain.webSocketURL("about:blank") == "about:blank")
    }

    @Test("the front end's address and its ws parameter are replaced")
    func frontend() {
        let hosted = "https://appspot.com/inspector.html?a=ws=1&ws=127.0.0.1:9223/devtools/page/A&b"
        #expect(
            secure.frontendURL(hosted) == "https://appspot.com/inspector.html?a=ws=1&wss=vm.example/devtools/page/A&b")
        #expect(
            plain.frontendURL("http://127.0.0.1:9223/devtools/inspector.html?ws=127.0.0.1%3A9223/x")
                == "http://vm.example:9222/devtools/inspector.html?ws=vm.example:9222/x")
        #expect(plain.frontendURL("/devtools/inspector.html") == "/devtools/inspector.html")
    }

    @Test(
        "what is not JSON comes back unharmed",
        arguments: [
            "", "\"", "\"\\", "Target activated", "{\"webSocketDebuggerUrl\"", "{\"webSocketDebuggerUrl\":",
            "{\"webSocketDebuggerUrl\":\"ws://", "{\"webSocketDebuggerUrl\":true}",
        ])
    func notJSON(_ text: String) {
        #expect(rewrite(text, with: plain) == text)
    }
}
