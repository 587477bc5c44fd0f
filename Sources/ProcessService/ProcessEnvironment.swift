import CAgentShims

/// The environment of this process (`man 7 environ`).
package enum ProcessEnvironment {
    /// A copy of it. Not to be called while another thread changes the environment.
    package static func current() -> [String: String] {
        var variables: [String: String] = [:]
        guard var entry = ga_environment() else { return variables }
        while let string = entry.pointee {
            let parts = String(cString: string).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }
}
