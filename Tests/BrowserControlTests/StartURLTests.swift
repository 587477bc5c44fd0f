import AgentCore
import Testing

@testable import BrowserControl

@Suite("The address the browser starts with")
struct StartURLTests {
    @Test(arguments: [
        ("https://example.com/a?b", "https://example.com/a?b"), ("example.com", "https://example.com"),
        ("example.com:8080/x", "https://example.com:8080/x"), ("localhost:3000", "https://localhost:3000"),
        ("data:text/plain,hi", "data:text/plain,hi"), ("about:blank", "about:blank"),
        ("chrome-extension://abc/page.html", "chrome-extension://abc/page.html"), ("[::1]:8080", "https://[::1]:8080"),
    ])
    func `https is assumed where there is no scheme`(text: String, expected: String) throws {
        #expect(try StartURL(text).description == expected)
    }

    @Test(arguments: ["", "a b", "a\n", String(repeating: "a", count: 2049)])
    func `what is no address is refused`(text: String) {
        #expect(throws: AgentError.self) { try StartURL(text) }
    }
}
