import NIOCore

@testable import DevToolsProxy

/// A browser whose every byte is under control.
enum FakeBrowser {
    static let switching =
        "HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n"

    private static let version = """
        {"Browser":"Chrome/1","Protocol-Version":"1.3","User-Agent":"a",
        "webSocketDebuggerUrl":"ws://127.0.0.1/devtools/browser/id"}
        """

    /// Answers documents and the proxy's own command, and leaves every other WebSocket to `serve`.
    static func serving(
        _ serve: @Sendable @escaping (RawConnection, _ head: String) async throws -> Void
    ) -> @Sendable (RawConnection) async throws -> Void {
        { connection in
            let head = try await connection.receive(through: "\r\n\r\n")
            guard head.contains("Upgrade: websocket") else { return try await connection.send(document(version)) }
            guard !head.contains("Key: \(WebSocketHandshake().key)") else { return try await prove(on: connection) }
            try await serve(connection, head)
        }
    }

    private static func document(_ body: String) -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Carries out the proxy's own command.
    private static func prove(on connection: RawConnection) async throws {
        try await connection.send(switching)
        _ = try await connection.receive(through: "Browser.getVersion")
        try await connection.write(ByteBuffer(bytes: [0x81, 8] + Array(#"{"id":1}"#.utf8)))
        _ = try await connection.receiveAll()
    }
}
