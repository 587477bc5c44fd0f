import Glibc
import NIOPosix

/// A plain TCP connection to loopback that says exactly the bytes it is told.
///
/// Reads wait at most 5 s, on threads of their own: the pool the server under test runs on has but a few.
final class RawConnection: Sendable {
    struct Failure: Error {
        let what: String
    }

    private static let threads = {
        let pool = NIOThreadPool(numberOfThreads: 16)
        pool.start()
        return pool
    }()

    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(what: "connect: errno \(errno)") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(what: "send: errno \(errno)")
        }
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next bytes; empty at the end of the stream. Throws after 5 s of silence.
    func receive() async throws -> [UInt8] {
        try await Self.threads.runIfActive { try self.receiveNow() }
    }

    private func receiveNow() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw Failure(what: "receive: errno \(errno)") }
        return Array(buffer.prefix(count))
    }

    /// Reads until the bytes so far satisfy the condition.
    func receive(until done: ([UInt8]) -> Bool) async throws -> [UInt8] {
        var all: [UInt8] = []
        while !done(all) {
            let more = try await receive()
            guard !more.isEmpty else { throw Failure(what: "ended after: \(String(decoding: all, as: UTF8.self))") }
            all += more
        }
        return all
    }

    /// Reads text until it contains `needle`.
    func receiveText(until needle: String) async throws -> String {
        String(decoding: try await receive { String(decoding: $0, as: UTF8.self).contains(needle) }, as: UTF8.self)
    }

    /// Everything until the peer closes.
    func receiveAll() async throws -> String {
        var all: [UInt8] = []
        while case let more = try await receive(), !more.isEmpty { all += more }
        return String(decoding: all, as: UTF8.self)
    }
}
