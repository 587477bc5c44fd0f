import Crypto
import Synchronization

/// A secret that opens every listener, as far as the agent keeps it: recognised by its hash, the text is not there.
package struct AccessToken: Sendable {
    /// 16 to 512 characters that need no quoting in a header or a URL (RFC 6750 §2.1).
    package static let expectation = "16 to 512 characters of A-Z a-z 0-9 - . _ ~ + / ="

    fileprivate let digest: SHA256Digest
    /// Made from the token, so that what was signed ends with it and outlives a restart of the agent.
    fileprivate let signingKey: SymmetricKey

    /// `nil` unless the text is as `expectation` says.
    package init?(_ text: String) {
        guard (16...512).contains(text.utf8.count), text.utf8.allSatisfy(Self.isTokenByte) else { return nil }
        let bytes = Array(text.utf8)
        digest = SHA256.hash(data: bytes)
        let derived = HMAC<SHA256>.authenticationCode(
            for: Array("guest-agent signed URLs".utf8), using: SymmetricKey(data: bytes))
        signingKey = SymmetricKey(data: Array(derived))
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~+/=".utf8.contains(byte)
        }
    }
}

extension AccessToken {
    /// The tokens of a file, one a line. Blank lines, and those that begin with `#`, do not count.
    ///
    /// - Throws: `invalidArgument` naming the line, not what is in it, and for a file without any.
    package static func all(inFile text: String) throws(AgentError) -> [AccessToken] {
        var tokens: [AccessToken] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingSuffix { $0 == " " || $0 == "\t" }
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let token = AccessToken(String(line)) else {
                throw .invalidArgument("line \(index + 1) is no token: it must be \(expectation)")
            }
            tokens.append(token)
        }
        guard !tokens.isEmpty else { throw .invalidArgument("there is no token in it") }
        return tokens
    }
}

/// The tokens that are accepted now. They can be exchanged while requests are served.
package final class AccessTokens: Sendable {
    private let accepted: Mutex<[AccessToken]>
    /// Signs as long as there are no tokens; ends with the process.
    private let ownKey = Mutex(SymmetricKey(size: .bits256))

    /// - Parameter tokens: none at all lets everybody in.
    package init(_ tokens: [AccessToken] = []) {
        accepted = Mutex(tokens)
    }

    package var isEmpty: Bool { accepted.withLock(\.isEmpty) }

    /// The first token signs, all of them verify: a new one is put in front of the old one, which is later removed.
    package func replace(with tokens: [AccessToken]) {
        accepted.withLock { $0 = tokens }
    }

    /// Signs with another key from now on, unless there are tokens.
    func renewOwnKey() {
        ownKey.withLock { $0 = SymmetricKey(size: .bits256) }
    }

    /// Whether it is one of the tokens. Takes the same time for any text of one length, and whichever it is.
    func accept(_ text: String) -> Bool {
        let tokens = accepted.withLock { $0 }
        guard !tokens.isEmpty else { return false }
        let digest = SHA256.hash(data: Array(text.utf8))
        // Digests are compared in constant time, and always all of them.
        return tokens.reduce(false) { $1.digest == digest || $0 }
    }

    /// Whether the value of an `Authorization` header has one of the tokens: as a bearer, or as the password of
    /// anybody, for clients that know nothing else (RFC 7617).
    func accept(authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return false }
        switch parts[0].lowercased() {
        case "bearer": return accept(String(parts[1].drop { $0 == " " }))
        case "basic":
            guard let bytes = Base64.decode(parts[1].utf8), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
                return false
            }
            return accept(String(decoding: bytes[(colon + 1)...], as: UTF8.self))
        default: return false
        }
    }

    /// What URLs are signed with, the one for new signatures first.
    var signingKeys: [SymmetricKey] {
        let keys = accepted.withLock { $0.map(\.signingKey) }
        return keys.isEmpty ? [ownKey.withLock { $0 }] : keys
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
        var result = self
        while let last = result.last, isTrimmed(last) { result.removeLast() }
        return result
    }
}
