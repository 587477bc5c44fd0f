import Glibc
import NIOCore

/// Whoever can be assumed to be one and the same client of a listener: an IPv4 address, or a /64 of IPv6, which is what
/// a single machine has to itself.
struct PeerNetwork: Hashable, Sendable {
    private let bits: UInt64

    /// Of a connected socket (`man 2 getpeername`); all whose address is unknown are one network.
    init(of socket: NIOBSDSocket.Handle) {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let known = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &length) == 0 }
        }
        bits = known ? withUnsafeBytes(of: &address) { Self.bits(of: $0) } : 0
    }

    private static func bits(of address: UnsafeRawBufferPointer) -> UInt64 {
        switch Int32(address.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET:
            return UInt64(address.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr)
        case AF_INET6:
            let halves = withUnsafeBytes(of: address.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { bytes in
                (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            // ::ffff:a.b.c.d, as a socket for both families has IPv4 (RFC 4291 §2.5.5.2).
            let isMapped = halves.0 == 0 && halves.1.bigEndian >> 32 == 0xFFFF
            return isMapped ? halves.1 >> 32 : halves.0
        default:
            return 0
        }
    }
}
