import AgentCore
import AgentTestSupport
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Testing

@testable import DevToolsProxy

/// Both proxies in front of Debian's own Chromium and chromedriver.
@Suite(
    "real browser", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: BrowserProcess.chromium != nil, "needs the package chromium"))
struct RealBrowserTests {
    @Test("documents name the proxy, and lead to the browser and to its pages")
    func documentsAndSockets() async throws {
        try await withChromium { browser, port in
            let version = try await document(port, "/json/version/")
            let browserURL = try #require(version["webSocketDebuggerUrl"]?.string)
            #expect(browserURL.hasPrefix("ws://127.0.0.1:\(port)/devtools/browser/"))
            #expect(try await command(port, "/?jwt=x", "Browser.getVersion").contains("protocolVersion"))

            let page = try await document(port, "/json/new?about:blank", method: "PUT")
            let pageURL = try #require(page["webSocketDebuggerUrl"]?.string)
            let path = try #require(pageURL.split(separator: "\(port)", maxSplits: 1).last)
            let answer = try await command(port, String(path), "Runtime.evaluate", #"{"expression":"location.href"}"#)
            #expect(answer.contains("about:blank"))
            #expect(try await document(port, "/json/list").array?.count ?? 0 >= 2)
            let missing = try await RawConnection.exchange(port, RawConnection.upgradeRequest("/devtools/page/none"))
            #expect(missing.hasPrefix("HTTP/1.1 500 ") && missing.hasSuffix("none"), "Chromium's own answer")
        }
    }

    @Test("a port that Chromium has chosen is read from its profile")
    func chosenPort() async throws {
        let browser = try await BrowserProcess.startChromium()
        let file = try #require(browser.profile).appending(path: "DevToolsActivePort").path
        let upstream = BrowserUpstream(
            DevToolsLocation(address: SocketEndpoint(port: 1), activePortFile: file), group: ProxyFixture.group,
            holdTimeout: .zero)
        let version = try? await upstream.check()
        #expect(version?.webSocketDebuggerURL.contains(":\(browser.port)/") == true)
        try await browser.kill()
    }

    @Test("readiness is a round trip")
    func readiness() async throws {
        let browser = try await BrowserProcess.startChromium()
        let upstream = ProxySetup(upstream: browser.port).browser
        let version = try await upstream.check()
        #expect(version.product.hasPrefix("Chrome/") || version.product.hasPrefix("HeadlessChrome/"))
        try await browser.kill()
        #expect(await upstream.isReady() == false)
        let error = await #expect(throws: AgentError.self) { try await upstream.check() }
        #expect(error?.code == .unavailable)
    }

    @Test("a killed browser ends its clients with 1000; those that come meanwhile are held until it is back")
    func restart() async throws {
        try await withChromium { browser, port in
            let upstream = ProxySetup(upstream: browser.port).browser
            let before = try await upstream.ready()
            let connection = try await RawConnection.connect(port)
            defer { connection.close() }
            _ = try await connection.upgrade("/")
            let early = await #expect(throws: AgentError.self) {
                try await upstream.ready(after: before, within: .milliseconds(50))
            }
            #expect(early?.code == .unavailable)
            try await browser.kill()
            let rest = try await connection.receiveAll()
            #expect(rest.starts(with: [0x88]) && rest.dropFirst(2).starts(with: [0x03, 0xE8]))

            async let held = command(port, "/", "Browser.getVersion")
            async let ready = upstream.ready(after: before)
            let successor = try await BrowserProcess.startChromium(port: browser.port)
            #expect(try await ready.webSocketDebuggerURL != before.webSocketDebuggerURL)
            #expect(try await held.contains("protocolVersion"))
            try await successor.kill()
        }
    }

    @Test(
        "a WebDriver session attaches to the running browser and leaves it alone in the end",
        .enabled(if: BrowserProcess.chromedriver != nil, "needs the package chromium-driver"))
    func webDriver() async throws {
        try await withChromium { browser, port in
            let driver = try BrowserProcess.startChromedriver(port: try await freePort())
            let setup = ProxySetup(upstream: driver.port)
            try await ProxyFixture.withWebDriverProxy(
                setup, browser: ProxySetup(upstream: browser.port), debuggerPort: port
            ) { port in
                #expect(try await eventually { try await status(port, "GET", "/status") == 200 })
                let session = try await document(
                    port, "/session", method: "POST", body: #"{"capabilities":{"alwaysMatch":{"webSocketUrl":true}}}"#)
                let id = try #require(session["value"]?["sessionId"]?.string)
                let socket = try #require(session["value"]?["capabilities"]?["webSocketUrl"]?.string)
                #expect(socket == "ws://127.0.0.1:\(port)/session/\(id)")
                #expect(
                    try await command(port, "/session/\(id)", "session.status").contains(#""type":"success""#))
                let title = try await document(port, "/session/\(id)/title")
                #expect(title["value"]?.string == "")
                #expect(try await status(port, "DELETE", "/session/\(id)") == 200)
                #expect(try await status(port, "POST", "/session", body: "{") == 400)
                try await unboundSession(port)
                try await driver.kill()
                #expect(try await status(port, "GET", "/status") == 503)
            }
            #expect(try await command(port, "/", "Browser.getVersion").contains("protocolVersion"))
        }
    }

    private func withChromium(_ body: @Sendable @escaping (BrowserProcess, Int) async throws -> Void) async throws {
        let browser = try await BrowserProcess.startChromium()
        do {
            let setup = ProxySetup(upstream: browser.port, hold: .seconds(20))
            try await ProxyFixture.withCDPProxy(setup) { port in try await body(browser, port) }
            try await browser.kill()
        } catch {
            try await browser.kill()
            throw error
        }
    }

    /// A session that is asked for in the messages of the WebSocket, in two fragments, with a command behind it.
    private func unboundSession(_ port: Int) async throws {
        let connection = try await RawConnection.connect(port)
        defer { connection.close() }
        try #require(try await connection.upgrade("/session").hasPrefix("HTTP/1.1 101 "))
        let first = #"{"id":7,"method":"session"#
        let second = #".new","params":{}}"#
        try await connection.write(
            ByteBuffer(bytes: [0x01, 0x80 | UInt8(first.utf8.count), 0, 0, 0, 0] + Array(first.utf8)))
        try await connection.write(
            ByteBuffer(bytes: [0x80, 0x80 | UInt8(second.utf8.count), 0, 0, 0, 0] + Array(second.utf8)))
        let answer = try await connection.receive(through: #""type":"success"}"#)
        #expect(answer.contains(#""webSocketUrl":"ws://127.0.0.1/session/"#))
        try await connection.write(
            .textFrame(ByteBuffer(string: #"{"id":8,"method":"session.end","params":{}}"#), masked: true))
        #expect(try await connection.receive(through: #""type":"success"}"#).contains(#""id":8"#))
    }

    private func freePort() async throws -> Int {
        try await ProxyFixture.withUpstream({ _ in }, { $0 })
    }
}

extension RealBrowserTests {
    private func request(_ method: String, _ path: String, port: Int, body: String) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func status(_ port: Int, _ method: String, _ path: String, body: String = "") async throws -> Int {
        let answer = try await RawConnection.exchange(port, request(method, path, port: port, body: body))
        return try #require(answer.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }

    private func document(
        _ port: Int, _ path: String, method: String = "GET", body: String = ""
    ) async throws -> JSONValue {
        let answer = try await RawConnection.exchange(port, request(method, path, port: port, body: body))
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        let end = try #require(answer.firstRange(of: "\r\n\r\n")).upperBound
        return try JSONDecoder().decode(JSONValue.self, from: Data(answer[end...].utf8))
    }

    /// Sends one command over a WebSocket of its own and returns the answer.
    private func command(
        _ port: Int, _ path: String, _ method: String, _ parameters: String = "{}"
    ) async throws -> String {
        let connection = try await RawConnection.connect(port)
        defer { connection.close() }
        let head = try await connection.upgrade(path)
        try #require(head.hasPrefix("HTTP/1.1 101 "), "\(head)")
        let text = #"{"id":1,"method":"\#(method)","params":\#(parameters)}"#
        let header: [UInt8] = [0x81, 0x80 | UInt8(text.utf8.count), 0, 0, 0, 0]
        try await connection.write(ByteBuffer(bytes: header + Array(text.utf8)))
        return try await connection.receive(through: #""id":1"#) + connection.receiveRest()
    }
}

extension MessageChannel<ByteBuffer, ByteBuffer> {
    /// What arrives within a short while.
    fileprivate func receiveRest() async throws -> String {
        guard let bytes = try? await next(within: .milliseconds(300)) else { return "" }
        return String(buffer: bytes)
    }
}
