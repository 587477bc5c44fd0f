package import AgentCore

/// All that one request changes of the browser.
package struct SetupChange: Sendable {
    package var display: DisplayChange?
    /// Added to those set before.
    package var flags: [ChromiumFlag] = []
    /// Added to those set before, by their names.
    package var policies: [String: JSONValue] = [:]
    package var extensions: [ExtensionUpload] = []
    /// Takes the place of the one in use.
    package var profile: ProfileUpload?
    /// What the browser shows in the end.
    package var startURL: StartURL?
    /// Whether extensions are loaded into the running browser where nothing else asks for a new one.
    package var prefersLiveExtensions = false

    package init() {}

    /// Whether anything is to be changed.
    package var isEmpty: Bool {
        display == nil && startURL == nil && flags.isEmpty && policies.isEmpty && extensions.isEmpty && profile == nil
    }

    /// - Throws: `invalidArgument` for policies that are refused, or none.
    package mutating func add(policies: [String: JSONValue]) throws(AgentError) {
        try PolicyRules.check(policies)
        self.policies.merge(policies) { $1 }
    }
}

/// The steps a change is made in, named as clients know them.
package enum SetupStep: String, Sendable {
    case stopChromium = "stop_chromium"
    case startChromium = "start_chromium"
    case policies = "chrome_policies"
    case extensions, display
    case flags = "chromium_flags"
    case profile
}

/// A change that was not made, and where it failed.
package struct SetupFailure: Error {
    package let step: SetupStep
    package let error: AgentError

    /// Runs `body` and says of what it throws that it belongs to `step`.
    static func at<Result>(_ step: SetupStep, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let failure as SetupFailure {
            throw failure
        } catch let error as AgentError {
            throw SetupFailure(step: step, error: error)
        } catch is CancellationError {
            throw SetupFailure(step: step, error: .unavailable("the request was given up"))
        } catch {
            throw SetupFailure(step: step, error: .internalError("\(step.rawValue) failed", cause: "\(error)"))
        }
    }
}
