import Glibc

/// What can be read out of the value of a `Host` header (RFC 9110 §7.2).
package enum HostName {
    /// Whether the value, less its port, is an IPv4 address, a bracketed IPv6 address or `localhost`: names that no
    /// DNS answer can point elsewhere. Addresses that mean none in particular (`0.0.0.0`, `::`) do not count, nor do IPv4
    /// addresses written as IPv6: browsers do not trust them, and so say nothing of the page that uses them.
    package static func isLiteralOrLocalhost(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return false }
            let address = host[host.index(after: host.startIndex)..<end]
            return isSpecific(String(address), family: AF_INET6) && isPort(host[host.index(after: end)...])
        }
        let name = host.prefix { $0 != ":" }
        guard isPort(host[name.endIndex...]) else { return false }
        return name.lowercased() == "localhost" || isSpecific(String(name), family: AF_INET)
    }

    /// The value less its port.
    package static func withoutPort(_ host: String) -> Substring {
        guard let colon = host.lastIndex(of: ":"), isPort(host[colon...]) else { return host[...] }
        return host[..<colon]
    }

    /// Whether the value has the characters of a host with an optional port and no others, so that it can be put into
    /// a URL or a JSON string as it is.
    package static func isWellFormed(_ host: String) -> Bool {
        !host.isEmpty && host.utf8.count <= 300 && host.utf8.allSatisfy(isHostByte)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~:[]".utf8.contains(byte)
        }
    }

    /// Empty, or a colon and digits.
    private static func isPort(_ text: Substring) -> Bool {
        guard let colon = text.utf8.first else { return true }
        return colon == UInt8(ascii: ":") && text.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isSpecific(_ text: String, family: Int32) -> Bool {
        var address = in6_addr()
        // C's text ends at the first NUL.
        guard !text.utf8.contains(0), inet_pton(family, text, &address) == 1 else { return false }
        return withUnsafeBytes(of: address) { bytes in
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10..<12].allSatisfy { $0 == 0xFF }
            return !isMapped && bytes.contains { $0 != 0 }
        }
    }
}
