import Crypto
import FoundationEssentials

/// What Chromium calls an extension: 32 letters from a to p.
package struct ExtensionID: Sendable, Hashable, CustomStringConvertible {
    private static let letters = Array("abcdefghijklmnop")

    package let description: String

    /// `nil` for what is no such name.
    package init?(_ text: String) {
        guard text.count == 32, text.allSatisfy(Self.letters.contains) else { return nil }
        description = text
    }

    /// Chromium's own way: the first half of the SHA-256 of the public key, or of the path for an unpacked extension
    /// without one, its hexadecimal digits shifted to letters (`components/crx_file/id_util.cc`).
    private init(hashing bytes: [UInt8]) {
        description = String(
            SHA256.hash(data: bytes).prefix(16).flatMap { [Self.letters[Int($0 >> 4)], Self.letters[Int($0 & 15)]] })
    }

    /// - Parameter path: absolute and free of links, as Chromium resolves it.
    package init(unpackedAt path: String) {
        self.init(hashing: Array(path.utf8))
    }

    /// - Parameter key: the public key, in base64, of the manifest; `nil` when it is not base64.
    package init?(key: String) {
        guard let bytes = Data(base64Encoded: key, options: .ignoreUnknownCharacters), !bytes.isEmpty else {
            return nil
        }
        self.init(hashing: Array(bytes))
    }
}
