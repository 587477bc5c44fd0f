import AgentCore
import FoundationEssentials
import NIOCore

/// A BiDi connection that asks for its session in its messages (`session.new` of W3C WebDriver BiDi §7.1).
///
/// Until there is a session nothing is sent but commands and their answers, one after the other. Each command is read,
/// and a `session.new` is made to attach to the running browser, as `POST /session` is. From then on the connection is
/// relayed as any other.
struct BiDiNegotiation {
    let capabilities: SessionCapabilities
    let rewriter: AddressRewriter
    /// Waits for the browser.
    let browserIsReady: () async throws -> Void

    private var client: BiDiSide
    private var driver: BiDiSide

    private static let messageLimit = 1 << 20

    init(
        client: ByteConnection, driver: ByteConnection, capabilities: SessionCapabilities, rewriter: AddressRewriter,
        browserIsReady: @escaping () async throws -> Void
    ) {
        self.client = BiDiSide(connection: client, limit: Self.messageLimit)
        self.driver = BiDiSide(connection: driver, limit: Self.messageLimit)
        self.capabilities = capabilities
        self.rewriter = rewriter
        self.browserIsReady = browserIsReady
    }

    /// Returns when there is a session, or one side has nothing more to say: in both cases the rest can be relayed.
    ///
    /// - Returns: what both sides have sent beyond that.
    mutating func run() async throws -> (client: ByteBuffer, driver: ByteBuffer) {
        var isOpen = false
        while !isOpen, let item = try await client.next() {
            switch item {
            case .text(let text): isOpen = try await command(text)
            case .other(let frame): try await driver.connection.write(frame)
            }
        }
        return (client.rest, driver.rest)
    }

    /// - Returns: whether the rest can be relayed.
    private mutating func command(_ text: ByteBuffer) async throws -> Bool {
        let message = try? JSONDecoder().decode(JSONValue.self, from: Data(text.readableBytesView))
        guard message?["method"]?.string == "session.new", let command = message?.object else {
            return try await exchange(text) == nil
        }
        do {
            let edited = try capabilities.attaching(command: command)
            try await browserIsReady()
            guard let answer = try await exchange(edited) else { return true }
            return answer["type"]?.string == "success"
        } catch let error as AgentError {
            try await refuse(command["id"], because: error)
            return false
        }
    }

    /// Sends a command on and its answer back.
    ///
    /// - Returns: the answer, `null` if it is no JSON; `nil` if there will be none.
    private mutating func exchange(_ text: ByteBuffer) async throws -> JSONValue? {
        try await driver.connection.write(.textFrame(text, masked: true))
        while let item = try await driver.next() {
            switch item {
            case .text(let text):
                try await client.connection.write(.textFrame(rewriter.rewrite(text), masked: false))
                return (try? JSONDecoder().decode(JSONValue.self, from: Data(text.readableBytesView))) ?? .null
            case .other(let frame):
                try await client.connection.write(frame)
            }
        }
        return nil
    }

    private func refuse(_ id: JSONValue?, because error: AgentError) async throws {
        let code = error.code == .invalidArgument ? "invalid argument" : "session not created"
        let answer = JSONValue.object([
            "type": .string("error"), "id": id ?? .null, "error": .string(code), "message": .string(error.message),
        ])
        let text = ByteBuffer(bytes: try JSONEncoder().encode(answer))
        try await client.connection.write(.textFrame(text, masked: false))
    }
}

/// One side of the negotiation.
private struct BiDiSide {
    let connection: ByteConnection
    private var parser: WebSocketMessageParser

    init(connection: ByteConnection, limit: Int) {
        self.connection = connection
        parser = WebSocketMessageParser(limit: limit)
    }

    var rest: ByteBuffer { parser.rest }

    /// `nil` once the side has sent its last byte.
    mutating func next() async throws -> WebSocketMessageParser.Item? {
        while true {
            if let item = try parser.next() { return item }
            guard let bytes = try await connection.next(stopsOnShutdown: true) else { return nil }
            parser.append(bytes)
        }
    }
}
