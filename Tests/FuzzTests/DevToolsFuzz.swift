import AgentCore
import FoundationEssentials
import NIOCore
import NIOHTTP1

@testable import DevToolsProxy

extension FuzzTarget {
    /// A document of Chromium's with addresses in it. What is JSON stays JSON, and no address of the upstream stays.
    static let addresses = FuzzTarget("addresses") { input in
        let address = ClientFacingAddress(authority: "client.example:9222", isSecure: input.count % 2 == 0)
        let rewriter = AddressRewriter(address: address, upstream: "127.0.0.1:9223")
        let output = rewriter.rewrite(ByteBuffer(bytes: input))
        guard let document = json(input) else { return }
        guard let rewritten = json(Array(output.readableBytesView)) else {
            throw FuzzFailure(description: "no JSON any more: \(String(buffer: output))")
        }
        guard let url = document["webSocketDebuggerUrl"]?.string, url.hasPrefix("ws://127.0.0.1:9223/") else { return }
        let expected = "\(address.webSocketScheme)://client.example:9222/"
        // One that the document has twice is rewritten twice, but decoded once, and one written with escapes stays.
        let isPlain = input.text.contains("\"webSocketDebuggerUrl\":\"ws://127.0.0.1:9223/")
        let isRewritten = rewritten["webSocketDebuggerUrl"]?.string?.hasPrefix(expected) ?? false
        try require(!isPlain || isRewritten || input.text.contains("\\u"), "\(rewritten)")
    }

    /// The body of `POST /session`: what comes of it attaches to the browser that runs.
    static let capabilities = FuzzTarget("capabilities") { input in
        let capabilities = SessionCapabilities(debuggerAddress: "127.0.0.1:9222")
        if let body = try unlessRefused({ try capabilities.attaching(ByteBuffer(bytes: input)) }) {
            try require(isAttached(json(Array(body.readableBytesView))), "not attached: \(String(buffer: body))")
        }
        if case .object(let command)? = json(input) {
            _ = try unlessRefused { try capabilities.attaching(command: command) }
        }
        if let version = try? JSONDecoder().decode(BrowserVersion.self, from: Data(input)) {
            _ = try? version.browserPath
        }
    }

    private static func isAttached(_ request: JSONValue?) -> Bool {
        let capabilities = request?["capabilities"]
        let alternatives = [request?["desiredCapabilities"], capabilities?["alwaysMatch"]].compactMap(\.self)
        let options = (alternatives + (capabilities?["firstMatch"]?.array ?? [])).map { $0["goog:chromeOptions"] }
        return options.contains { $0?["debuggerAddress"] == .string("127.0.0.1:9222") }
    }

    private static func json(_ bytes: [UInt8]) -> JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    /// The target of a request line, and other texts that name a place.
    static let requestTargets = FuzzTarget("request-targets") { input in
        let text = input.text
        if let target = try unlessRefused({ try RequestTarget(text) }) {
            try require(target.path.hasPrefix("/"), "the path \(target.path)")
            try require(!target.path.contains("?"), "the path \(target.path)")
            if case .path(let path) = CDPTarget(target) { try require(path.hasPrefix("/devtools/"), path) }
            _ = try unlessRefused { try CDPDocument(.GET, target) }
        }
        if let endpoint = SocketEndpoint(text) {
            try require((1...65535).contains(endpoint.port), "the port \(endpoint.port)")
            try require(SocketEndpoint(endpoint.description) != nil, "\(endpoint) cannot be read again")
        }
        if HostName.isLiteralOrLocalhost(text), !text.hasPrefix("[") {
            try require(text.utf8.allSatisfy { $0 < 0x80 }, "\(text) is taken for an address")
        }
        _ = HostName.isWellFormed(text)
        _ = DevToolsLocation.lastEndpoint(inLog: text)
        let policy = AccessPolicy(allowedOrigins: ["https://console.example.com"])
        _ = try unlessRefused {
            var request = AccessRequest(.devtools, query: text)
            (request.origins, request.fetchSites, request.hosts) = ([text], [text], [text])
            _ = try policy.admit(request)
            try require(text.lowercased() == "https://console.example.com", "\(text) may call the agent")
        }
    }
}
