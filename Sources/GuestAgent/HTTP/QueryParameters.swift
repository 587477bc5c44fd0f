import AgentCore
import Hummingbird

/// The decoded query of a request: percent-encoding undone and `+` read as a blank, as every SDK sends it.
///
/// The first of several parameters with one name counts. Unknown ones (`jwt` among them) are simply not asked for.
struct QueryParameters {
    private var values: [String: [UInt8]] = [:]

    /// - Parameter query: the part behind `?`, undecoded; `nil` or empty means no parameters.
    init(_ query: String?) {
        for parameter in URLQuery(query).parameters {
            let name = String(decoding: parameter.name, as: UTF8.self)
            if values[name] == nil { values[name] = parameter.value }
        }
    }

    /// The value, or `nil` when absent. Bytes that are no UTF-8 become U+FFFD.
    subscript(name: String) -> String? { values[name].map { String(decoding: $0, as: UTF8.self) } }

    /// Throws `invalidArgument` when the parameter is absent or empty.
    func required(_ name: String) throws -> String {
        String(decoding: try requiredBytes(name), as: UTF8.self)
    }

    /// As `required`, byte for byte: names of files need not be UTF-8.
    func requiredBytes(_ name: String) throws -> [UInt8] {
        guard let value = values[name], !value.isEmpty else {
            throw AgentError.invalidArgument("query parameter \(name) is required")
        }
        return value
    }

    /// Accepts what clients' libraries send for booleans: true/false, 1/0, t/f, in any case.
    func bool(_ name: String, default fallback: Bool) throws -> Bool {
        switch self[name]?.lowercased() {
        case nil, "": return fallback
        case "true", "1", "t": return true
        case "false", "0", "f": return false
        case .some: throw AgentError.invalidArgument("query parameter \(name) must be true or false")
        }
    }

    /// A whole number; `nil` when the parameter is absent or empty.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let limit =
                range.upperBound == .max
                ? "\(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
            throw AgentError.invalidArgument("query parameter \(name) must be a whole number, \(limit)")
        }
        return value
    }

    /// A number; `nil` when the parameter is absent or empty.
    func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw AgentError.invalidArgument(
                "query parameter \(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}

extension Request {
    var query: QueryParameters { QueryParameters(uri.query) }
}
