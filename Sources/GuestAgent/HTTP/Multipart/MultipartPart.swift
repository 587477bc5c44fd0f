import AgentCore

/// What the head of a part says of it (RFC 7578 §4.2).
struct MultipartPart: Equatable {
    /// The name of the form's field.
    let name: String

    init(name: String) {
        self.name = name
    }

    /// - Parameter head: the lines of the head, each after a line break.
    /// - Throws: `invalidArgument` for a part without a name, or with an encoding of its own.
    init(head: String) throws(AgentError) {
        var disposition: HeaderValue?
        for line in head.split(separator: "\r\n") {
            let field = line.split(separator: ":", maxSplits: 1)
            guard field.count == 2 else { throw MultipartParser.malformed("\"\(line)\" is no header field") }
            switch field[0].lowercased() {
            case "content-disposition": disposition = HeaderValue(String(field[1]))
            case "content-transfer-encoding": try Self.requireIdentity(HeaderValue(String(field[1])).token)
            default: break
            }
        }
        guard let name = disposition?.parameters["name"] else {
            throw MultipartParser.malformed("a part has no Content-Disposition field with a name")
        }
        self.name = name
    }

    /// No browser encodes parts, and the standard has given it up (RFC 7578 §4.7): storing the encoded bytes would be
    /// storing the wrong file.
    private static func requireIdentity(_ encoding: String) throws(AgentError) {
        guard ["", "7bit", "8bit", "binary"].contains(encoding.lowercased()) else {
            throw .invalidArgument("parts with Content-Transfer-Encoding: \(encoding) are not taken; send them binary")
        }
    }
}
