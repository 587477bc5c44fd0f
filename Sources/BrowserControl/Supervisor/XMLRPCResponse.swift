/// What an XML-RPC server answers: a value, or a fault.
enum XMLRPCResponse: Equatable {
    case value(XMLRPCValue)
    case fault(code: Int, text: String)

    /// `nil` for what is not an XML-RPC response.
    init?(_ document: String) {
        var reader = XMLRPCReader(document)
        guard reader.skip(past: "<methodResponse>") else { return nil }
        let isFault = reader.contains("<fault>")
        guard let value = reader.nextValue() else { return nil }
        if isFault {
            self = .fault(code: value["faultCode"]?.number ?? 0, text: value["faultString"]?.text ?? "")
        } else {
            self = .value(value)
        }
    }
}

/// Reads values out of XML as XML-RPC servers write it: known elements without attributes, no comments.
private struct XMLRPCReader {
    private var rest: Substring

    init(_ document: String) {
        rest = document[...]
    }

    func contains(_ tag: String) -> Bool { rest.firstRange(of: tag) != nil }

    mutating func skip(past tag: String) -> Bool {
        guard let range = rest.firstRange(of: tag) else { return false }
        rest = rest[range.upperBound...]
        return true
    }

    /// The next value, from its opening tag to behind its closing one.
    mutating func nextValue() -> XMLRPCValue? {
        guard skip(past: "<value>") else { return nil }
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
    private mutating func openingTag() -> Substring? {
        let trimmed = rest.drop(while: \.isWhitespace)
        guard trimmed.first == "<", !trimmed.hasPrefix("</"), let end = trimmed.firstIndex(of: ">") else { return nil }
        rest = trimmed[trimmed.index(after: end)...]
        return trimmed[trimmed.index(after: trimmed.startIndex)..<end]
    }

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
        while rest.drop(while: \.isWhitespace).hasPrefix("<value>") {
            guard let element = nextValue() else { return nil }
            elements.append(element)
        }
        return skip(past: "</array>") ? .array(elements) : nil
    }

    private mutating func text(upTo tag: String) -> String? {
        guard let end = rest.firstRange(of: tag) else { return nil }
        defer { rest = rest[end.upperBound...] }
        return Self.unescaped(rest[..<end.lowerBound])
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            let known = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\"")]
            let found = known.first { rest.hasPrefix($0.0) } ?? ("&", "&")
            result += found.1
            rest = rest.dropFirst(found.0.count)
        }
        return result + rest
    }
}
