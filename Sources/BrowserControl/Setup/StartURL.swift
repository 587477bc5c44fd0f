package import AgentCore

/// An address the browser is sent to.
package struct StartURL: Sendable, Equatable, CustomStringConvertible {
    private static let limit = 2048

    package let description: String

    /// What has no scheme gets `https://`; what looks like one and is the name of a host, as in `example.com:8080`, is
    /// none.
    ///
    /// - Throws: `invalidArgument` for more than 2048 bytes, nothing, or blanks and control characters in it.
    package init(_ text: String) throws(AgentError) {
        guard !text.isEmpty, text.utf8.count <= Self.limit else {
            throw .invalidArgument("start_url must have 1 to \(Self.limit) bytes")
        }
        guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
            throw .invalidArgument("start_url has blanks or control characters in it: encode them with percent signs")
        }
        description = Self.hasScheme(text) ? text : "https://\(text)"
    }

    private static func hasScheme(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), let first = text.first else { return false }
        let scheme = text[..<colon]
        let isWellFormed =
            first.isASCII && first.isLetter
            && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "-") }
        return isWellFormed && scheme.lowercased() != "localhost"
    }
}
