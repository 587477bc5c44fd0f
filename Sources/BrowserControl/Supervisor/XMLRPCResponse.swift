/// What an XML-RPC server answers: a value, or a fault.
enum XMLRPCResponse: Equatable {
    case value(XMLRPCValue)
    case fault(code: Int, text: String)

    /// `nil` for what is not an XML-RPC response.
    init?(_ document: String) {
        var reader = XMLRPCReader(document)
        guard reader.skip(past: "<methodResponse>") else { return nil }
        let isFault = reader.begins(with: "<fault>")
        guard let value = reader.nextValue() else { return nil }
        if isFault {
            self = .fault(code: value["faultCode"]?.number ?? 0, text: value["faultString"]?.text ?? "")
        } else {
            self = .value(value)
        }
    }
}

/// Reads values out of XML as XML-RPC servers write it: known elements without attributes, no comments.
///
/// By scalars: a combining mark behind a tag would become part of its last character.
private struct XMLRPCReader {
    /// Values in each other, at most: supervisord needs three. More would be a question of the stack's size.
    private static let depthLimit = 64

    private var rest: Substring.UnicodeScalarView
    private var depth = 0

    init(_ document: String) {
        rest = document[...].unicodeScalars
    }

    /// Blanks aside.
    func begins(with tag: String) -> Bool { withoutBlanks.starts(with: tag.unicodeScalars) }

    mutating func skip(past tag: String) -> Bool {
        guard let range = rest.firstRange(of: tag.unicodeScalars) else { return false }
        rest = rest[range.upperBound...]
        return true
    }

    /// The next value, from its opening tag to behind its closing one; `nil` when there is none, or it is too deep.
    mutating func nextValue() -> XMLRPCValue? {
        guard depth < Self.depthLimit, skip(past: "<value>") else { return nil }
        depth += 1
        defer { depth -= 1 }
        guard let tag = openingTag() else { return text(upTo: "</value>").map(XMLRPCValue.string) }
        let value: XMLRPCValue?
        switch tag {
        case "struct": value = structure()
        case "array": value = array()
        case "string": value = text(upTo: "</string>").map(XMLRPCValue.string)
        case "boolean": value = text(upTo: "</boolean>").map { .bool($0 == "1") }
        default: value = text(upTo: "</\(tag)>").map { Int($0).map(XMLRPCValue.integer) ?? .string($0) }
        }
        return skip(past: "</value>") ? value : nil
    }

    /// The name of the element that begins here, blanks aside; `nil` when there is text, or an element ends.
    private mutating func openingTag() -> String? {
        let trimmed = withoutBlanks
        guard trimmed.first == "<", !trimmed.starts(with: "</".unicodeScalars), let end = trimmed.firstIndex(of: ">")
        else { return nil }
        rest = trimmed[trimmed.index(after: end)...]
        return String(trimmed[trimmed.index(after: trimmed.startIndex)..<end])
    }

    private var withoutBlanks: Substring.UnicodeScalarView { rest.drop(while: \.properties.isWhitespace) }

    private mutating func structure() -> XMLRPCValue? {
        var members: [String: XMLRPCValue] = [:]
        while openingTag() == "member" {
            guard skip(past: "<name>"), let name = text(upTo: "</name>"), let value = nextValue(),
                skip(past: "</member>")
            else { return nil }
            members[name] = value
        }
        return skip(past: "</struct>") ? .structure(members) : nil
    }

    private mutating func array() -> XMLRPCValue? {
        var elements: [XMLRPCValue] = []
        guard skip(past: "<data>") else { return nil }
        while begins(with: "<value>") {
            guard let element = nextValue() else { return nil }
            elements.append(element)
        }
        return skip(past: "</array>") ? .array(elements) : nil
    }

    private mutating func text(upTo tag: String) -> String? {
        guard let end = rest.firstRange(of: tag.unicodeScalars) else { return nil }
        defer { rest = rest[end.upperBound...] }
        return Self.unescaped(rest[..<end.lowerBound])
    }

    private static func unescaped(_ text: Substring.UnicodeScalarView) -> String {
        var result = String.UnicodeScalarView()
        var rest = text
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            let known = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\"")]
            let found = known.first { rest.starts(with: $0.0.unicodeScalars) } ?? ("&", "&")
            result += found.1.unicodeScalars
            rest = rest.dropFirst(found.0.unicodeScalars.count)
        }
        return String(result + rest)
    }
}
