import Glibc
import Testing

@testable import Listening

@Suite("clients by their addresses")
struct PeerNetworkTests {
    @Test("two addresses are two clients, two connections of one address are one")
    func addresses() throws {
        let listener = try Listener()
        let first = try listener.accept(from: 0x7F00_0001)
        #expect(try listener.accept(from: 0x7F00_0001) == first)
        #expect(try listener.accept(from: 0x7F00_0002) != first)
    }

    @Test("an IPv4 address is the same client whatever the socket's family")
    func mapped() throws {
        let first = try Listener().accept(from: 0x7F00_0001)
        #expect(try Listener(family: AF_INET6).accept(from: 0x7F00_0001) == first)
    }

    @Test("what is not connected is nobody in particular")
    func unknown() {
        #expect(PeerNetwork(of: -1) == PeerNetwork(of: -1))
    }
}

private struct Failure: Error {
    let code = errno
}

/// A listening socket for loopback, and clients of it.
private final class Listener {
    private let descriptor: Int32
    private let port: in_port_t

    init(family: Int32 = AF_INET) throws {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        // Without a bind the kernel chooses the port, and takes every address (`man 7 ip`).
        let isListening = listen(descriptor, 8) == 0
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
        }
        // At the same place in both families.
        port = address.sin6_port
        guard isListening else { throw Failure() }
    }

    deinit { close(descriptor) }

    /// Whom a connection is from that a client with this IPv4 address has made.
    func accept(from source: UInt32) throws -> PeerNetwork {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        try call(bind, client, source, port: 0)
        try call(connect, client, 0x7F00_0001, port: port)
        let accepted = Glibc.accept(descriptor, nil, nil)
        defer { close(accepted) }
        return PeerNetwork(of: accepted)
    }

    private func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ client: Int32, _ host: UInt32,
        port: in_port_t
    ) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = host.bigEndian
        address.sin_port = port
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure() }
    }
}
