import AgentCore

extension RawRepresentable<String> where Self: CaseIterable {
    /// Reads a field that names one of a few; left out or empty it is the default.
    ///
    /// Throws `invalidArgument` that lists what may be chosen.
    init(field: String, of text: String?, default fallback: Self) throws {
        guard let text, !text.isEmpty else {
            self = fallback
            return
        }
        guard let choice = Self(rawValue: text) else {
            let list = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw AgentError.invalidArgument("field \(field) must be one of \(list), not \"\(text)\"")
        }
        self = choice
    }
}
