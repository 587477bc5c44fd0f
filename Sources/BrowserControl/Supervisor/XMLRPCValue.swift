/// A value of an XML-RPC message, of the kinds that supervisord uses (XML-RPC specification, "Scalar <value>s").
enum XMLRPCValue: Equatable {
    case string(String)
    case integer(Int)
    case bool(Bool)
    case array([XMLRPCValue])
    case structure([String: XMLRPCValue])

    subscript(_ member: String) -> XMLRPCValue? {
        if case .structure(let members) = self { members[member] } else { nil }
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var number: Int? {
        if case .integer(let number) = self { number } else { nil }
    }
}

/// A call, as it goes out.
struct XMLRPCCall {
    let method: String
    let arguments: [XMLRPCValue]

    var text: String {
        let parameters = arguments.map { "<param><value>\(Self.element($0))</value></param>" }.joined()
        return "<?xml version=\"1.0\"?><methodCall><methodName>\(method)</methodName>"
            + "<params>\(parameters)</params></methodCall>"
    }

    private static func element(_ value: XMLRPCValue) -> String {
        switch value {
        case .string(let text): "<string>\(escaped(text))</string>"
        case .integer(let number): "<int>\(number)</int>"
        case .bool(let truth): "<boolean>\(truth ? 1 : 0)</boolean>"
        case .array(let elements):
            "<array><data>\(elements.map { "<value>\(element($0))</value>" }.joined())</data></array>"
        case .structure(let members):
            "<struct>\(members.map { "<member><name>\(escaped($0))</name><value>\(element($1))</value></member>" }.joined())</struct>"
        }
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
