import AgentCore
import Glibc

/// Where settings are looked up: flags first, then the environment, then the default.
struct SettingSource: Sendable {
    /// Written values by flag name, without the dashes.
    var flags: [String: String] = [:]
    var environment: @Sendable (String) -> String? = { _ in nil }

    /// The variables of this process.
    static let processEnvironment: @Sendable (String) -> String? = { getenv($0).map { String(cString: $0) } }

    /// Throws `invalidArgument` naming the key, the value and what it must be.
    func value<Value>(_ setting: Setting<Value>) throws -> Value {
        let written = written(for: setting) ?? setting.fallback
        guard let value = setting.parse(written) else {
            let key = flags[setting.flag] == nil ? setting.variable : "--\(setting.flag)"
            throw AgentError.invalidArgument("\(key) must be \(setting.expectation), not \"\(written)\"")
        }
        return value
    }

    /// As `value`, but `nil` when neither flag nor environment says anything.
    func optionalValue<Value>(_ setting: Setting<Value>) throws -> Value? {
        written(for: setting) == nil ? nil : try value(setting)
    }

    /// An empty variable counts as unset: supervisors and containers pass those.
    private func written<Value>(for setting: Setting<Value>) -> String? {
        flags[setting.flag] ?? environment(setting.variable).flatMap { $0.isEmpty ? nil : $0 }
    }
}
