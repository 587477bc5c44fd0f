import AgentCore
import NIOCore

/// Puts the address the client uses in the place of the upstream's own in a JSON document.
///
/// Only the values concerned are replaced, wherever they stand; the rest of the text stays as it is, byte for byte.
struct AddressRewriter: Sendable {
    let address: ClientFacingAddress
    /// The upstream's own host and port.
    let upstream: String
    /// Makes path and query of an address out of its path; `nil` leaves it as it is.
    var sign: (@Sendable (String) -> String)?

    /// - Parameter document: JSON in UTF-8. What is not JSON comes back with at most the values replaced that look like
    ///   the ones concerned.
    func rewrite(_ document: ByteBuffer) -> ByteBuffer {
        let bytes = document.readableBytesView
        var output = ByteBuffer()
        output.reserveCapacity(bytes.count + 256)
        var copied = bytes.startIndex
        var scanner = JSONStringScanner(bytes)
        while let member = scanner.nextStringMember() {
            let value = String(decoding: bytes[member.value], as: UTF8.self)
            guard let replacement = replacement(for: bytes[member.key], value) else { continue }
            output.writeBytes(bytes[copied..<member.value.lowerBound])
            output.writeString(replacement)
            copied = member.value.upperBound
        }
        output.writeBytes(bytes[copied...])
        return output
    }

    private func replacement(for key: ByteBufferView, _ value: String) -> String? {
        if key.elementsEqual("webSocketDebuggerUrl".utf8) || key.elementsEqual("webSocketUrl".utf8) {
            return webSocketURL(value)
        }
        return key.elementsEqual("devtoolsFrontendUrl".utf8) ? frontendURL(value) : nil
    }

    /// "ws://upstream/path" becomes "ws://client-facing/path".
    func webSocketURL(_ url: String) -> String {
        guard let scheme = ["ws://", "wss://"].first(where: url.hasPrefix) else { return url }
        let path = String(url.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" })
        let target = path.hasPrefix("/") && !path.contains("?") ? sign?(path) : nil
        return "\(address.webSocketScheme)://\(address.authority)\(target ?? path)"
    }

    /// Rewrites the page's own address, if it is the upstream's, and its `ws=` parameter: where it is to connect.
    func frontendURL(_ url: String) -> String {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let origin = "http://\(upstream)"
        let page =
            parts[0].hasPrefix(origin)
            ? "\(address.httpScheme)://\(address.authority)\(parts[0].dropFirst(origin.count))" : String(parts[0])
        guard parts.count == 2 else { return page }
        let parameters = parts[1].split(separator: "&", omittingEmptySubsequences: false).map(parameter)
        return "\(page)?\(parameters.joined(separator: "&"))"
    }

    /// "ws=upstream/path" becomes "ws=client-facing/path", or "wss=" where the client's connection is encrypted.
    private func parameter(_ text: Substring) -> String {
        guard let name = ["ws=", "wss="].first(where: text.hasPrefix) else { return String(text) }
        let value = text.dropFirst(name.count)
        let slash = value.firstIndex(of: "/") ?? value.firstIndex(of: "%") ?? value.endIndex
        return "\(address.webSocketScheme)=\(address.authority)\(value[slash...])"
    }
}

/// Finds the object members of a JSON text whose values are strings, at any depth.
private struct JSONStringScanner {
    private let bytes: ByteBufferView
    private var position: ByteBufferView.Index

    init(_ bytes: ByteBufferView) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Where the next such member's key and value stand, without their quotation marks and with their escapes.
    mutating func nextStringMember() -> (key: Range<Int>, value: Range<Int>)? {
        while let key = nextString() {
            skipWhitespace()
            guard take(":") else { continue }
            skipWhitespace()
            guard position < bytes.endIndex, bytes[position] == UInt8(ascii: "\""), let value = nextString() else {
                continue
            }
            return (key, value)
        }
        return nil
    }

    private mutating func nextString() -> Range<Int>? {
        guard let quote = bytes[position...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        position = quote + 1
        while position < bytes.endIndex, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.endIndex else {
            position = bytes.endIndex
            return nil
        }
        defer { position += 1 }
        return quote + 1..<position
    }

    private mutating func skipWhitespace() {
        while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }
}
