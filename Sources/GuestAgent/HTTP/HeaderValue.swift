/// A header value of the form `token; name=value; name="quoted value"` (RFC 9110 §5.6.6).
struct HeaderValue {
    /// What stands before the first semicolon, without blanks.
    let token: String
    /// By name in lower case; of several with one name, the first.
    let parameters: [String: String]

    init(_ text: String) {
        var rest = Substring(text)
        token = Self.trimmed(Self.take(from: &rest) { $0 == ";" })
        var parameters: [String: String] = [:]
        while !rest.isEmpty {
            rest.removeFirst()
            let name = Self.trimmed(Self.take(from: &rest) { $0 == "=" || $0 == ";" }).lowercased()
            guard rest.first == "=" else { continue }
            rest.removeFirst()
            let value = Self.value(from: &rest)
            if parameters[name] == nil { parameters[name] = value }
        }
        self.parameters = parameters
    }

    /// Takes a value, quoted or not, and what stands between it and the next semicolon.
    private static func value(from rest: inout Substring) -> String {
        rest = rest.drop { $0 == " " || $0 == "\t" }
        guard rest.first == "\"" else { return trimmed(take(from: &rest) { $0 == ";" }) }
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst(), character != "\"" {
            // A backslash quotes a quote or a backslash. Before anything else it is itself: browsers of old sent whole
            // Windows paths as file names.
            let isEscape = character == "\\" && (rest.first == "\"" || rest.first == "\\")
            value.append(isEscape ? rest.removeFirst() : character)
        }
        _ = take(from: &rest) { $0 == ";" }
        return value
    }

    private static func take(from rest: inout Substring, until isEnd: (Character) -> Bool) -> Substring {
        let taken = rest.prefix { !isEnd($0) }
        rest = rest[taken.endIndex...]
        return taken
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { String(start[...$0]) } ?? ""
    }
}
