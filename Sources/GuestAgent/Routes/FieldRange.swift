import AgentCore

extension Comparable where Self: CustomStringConvertible {
    /// This number, if it is one that `field` may have. Throws `invalidArgument` that names the range otherwise.
    func checked(in range: ClosedRange<Self>, field: String) throws -> Self {
        guard range.contains(self) else {
            throw AgentError.invalidArgument(
                "field \(field) must be from \(range.lowerBound) to \(range.upperBound), not \(self)")
        }
        return self
    }
}
