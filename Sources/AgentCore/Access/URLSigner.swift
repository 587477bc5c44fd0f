import Crypto

/// Signs URLs, so that whoever has one may do what it says until it expires, and nothing else.
///
/// The signature is an HMAC with SHA-256 over listener, method, path and all parameters, each with its length before it.
/// Parameters count decoded, so a client may encode them as it likes, but can neither add nor change one.
package struct URLSigner: Sendable {
    /// Names of the two parameters that are added. The second one must be the last of the query.
    static let parameters = ["expires", "signature"]

    private let tokens: AccessTokens
    /// Seconds since 1970.
    private let now: @Sendable () -> Int64

    /// - Parameter tokens: whose keys sign; a URL is good for as long as the token it was signed with is.
    package init(tokens: AccessTokens, now: @escaping @Sendable () -> Int64 = { UnixTime.now.seconds }) {
        self.tokens = tokens
        self.now = now
    }

    /// A URL's target that is good for a while.
    ///
    /// - Parameters:
    ///   - request: its method, path and query say what is allowed. What is allowed for GET is for HEAD too.
    ///   - life: how long, in seconds.
    /// - Returns: path and query, and when it expires, in seconds since 1970.
    package func sign(_ request: AccessRequest, lasting life: Int64) -> (target: String, end: Int64) {
        let end = now() + life
        let prefix = request.query.map { "\($0)&" } ?? ""
        let query = "\(prefix)expires=\(end)"
        let message = Self.message(request, URLQuery(query).parameters)
        let code = HMAC<SHA256>.authenticationCode(for: message, using: tokens.signingKeys[0])
        return ("\(request.path)?\(query)&signature=\(Self.hexadecimal(code))", end)
    }

    func verifies(_ query: URLQuery, of request: AccessRequest) -> Bool {
        var parameters = query.parameters
        guard let last = parameters.popLast(), last.name.elementsEqual("signature".utf8),
            let expires = parameters.last, expires.name.elementsEqual("expires".utf8),
            let end = Int64(String(decoding: expires.value, as: UTF8.self)), end > now(),
            let signature = Self.bytes(hexadecimal: last.value)
        else { return false }
        let message = Self.message(request, parameters)
        return tokens.signingKeys.reduce(false) { isValid, key in
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: key) || isValid
        }
    }

    private static func message(
        _ request: AccessRequest, _ parameters: [(name: [UInt8], value: [UInt8])]
    ) -> [UInt8] {
        let method = request.method == "HEAD" ? "GET" : request.method
        let head = [request.listener.rawValue, method, request.path].map { Array($0.utf8) }
        return (head + parameters.flatMap { [$0.name, $0.value] }).reduce(into: []) { message, field in
            withUnsafeBytes(of: UInt64(field.count).bigEndian) { message.append(contentsOf: $0) }
            message.append(contentsOf: field)
        }
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// `nil` for what is not 64 digits.
    private static func bytes(hexadecimal text: [UInt8]) -> [UInt8]? {
        let digits = text.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard text.count == 64, digits.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
