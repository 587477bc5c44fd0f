import AgentAPI
import AgentCore
import Hummingbird
import XInput

/// `/computer/type`.
struct TypingRoutes {
    let input: InputService

    func add(to table: inout RouteTable) {
        table.post("/computer/type") { request, _ in try await type(request.decodeJSON(TypeRequest.self)) }
    }

    private func type(_ request: TypeRequest) async throws -> Response {
        if request.smooth == true {
            throw AgentError.notImplemented("human-like input is not built yet: leave smooth out or send false")
        }
        if let chance = request.typoChance, !(0...0.1).contains(chance) {
            throw AgentError.invalidArgument("field typo_chance must be from 0 to 0.10")
        }
        let delay = request.delay ?? 0
        guard delay >= 0 else { throw AgentError.invalidArgument("field delay must be 0 or more milliseconds") }
        try await input.type(request.text, delay: .milliseconds(delay))
        return .empty()
    }
}
