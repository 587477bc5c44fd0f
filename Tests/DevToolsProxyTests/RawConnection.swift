import Glibc
import NIOCore
import NIOPosix

@testable import DevToolsProxy

/// A TCP connection that is given and gives bytes.
typealias RawConnection = MessageChannel<ByteBuffer, ByteBuffer>

extension MessageChannel<ByteBuffer, ByteBuffer> {
    static func connect(_ port: Int, receiveBuffer: Int = 64 << 10) async throws -> RawConnection {
        try await ClientBootstrap(group: ProxyFixture.group)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: receiveBuffer))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try RawConnection(wrapping: channel) }
            }
    }

    func send(_ text: String) async throws {
        try await write(ByteBuffer(string: text))
    }

    /// Reads until the text occurs, and returns all read; what follows it in the same packet is included.
    func receive(through text: String) async throws -> String {
        var received = ""
        while !received.contains(text) {
            guard let bytes = try await next(within: .seconds(10)) else { break }
            received += String(buffer: bytes)
        }
        return received
    }

    /// Reads to the end of the stream.
    func receiveAll(within timeout: Duration = .seconds(10)) async throws -> [UInt8] {
        var received: [UInt8] = []
        while let bytes = try await next(within: timeout) { received += bytes.readableBytesView }
        return received
    }

    /// Sends one request and returns the whole answer; the connection is closed.
    static func exchange(_ port: Int, _ request: String) async throws -> String {
        let connection = try await connect(port)
        defer { connection.close() }
        try await connection.send(request)
        try? await connection.channel.close(mode: .output).get()
        return String(decoding: try await connection.receiveAll(), as: UTF8.self)
    }

    /// Has the kernel send a reset in place of an orderly end (`man 7 socket`, SO_LINGER).
    func resetOnClose() async throws {
        guard let provider = channel as? any SocketOptionProvider else { throw ChannelError.operationUnsupported }
        try await provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
    }

    /// Opens a WebSocket and returns what came with the answer behind its head.
    func upgrade(_ path: String, headers: String = "") async throws -> String {
        try await send(Self.upgradeRequest(path, headers: headers))
        return try await receive(through: "\r\n\r\n")
    }

    static func upgradeRequest(_ path: String, headers: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\(headers)\r\n"
    }
}
