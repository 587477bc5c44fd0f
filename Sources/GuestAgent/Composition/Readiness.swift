import AgentAPI
import AgentCore

/// Asks every neighbour of the agent for a round trip, all at once.
struct Readiness: Sendable {
    /// A probe throws what is wrong; it returns a description of what answered, or `nil`.
    typealias Probe = @Sendable () async throws -> String?

    let xServer: Probe
    let chromium: Probe
    let recorder: Probe

    func check() async -> ReadyResponse {
        async let x = Self.result(of: xServer)
        async let browser = Self.result(of: chromium)
        async let video = Self.result(of: recorder)
        return await ReadyResponse(
            checks: ReadyResponse.Checks(
                xServer: Self.check(x), chromium: Self.check(browser, naming: true), recorder: Self.check(video)))
    }

    private static func result(of probe: Probe) async -> Result<String?, AgentError> {
        do {
            return .success(try await probe())
        } catch {
            return .failure(error as? AgentError ?? .internalError("\(error)"))
        }
    }

    private static func check(_ result: Result<String?, AgentError>, naming: Bool = false) -> ReadyResponse.Check {
        switch result {
        case .success(let name): ReadyResponse.Check(ok: true, browser: naming ? name : nil)
        case .failure(let error): ReadyResponse.Check(ok: false, message: error.message)
        }
    }
}
