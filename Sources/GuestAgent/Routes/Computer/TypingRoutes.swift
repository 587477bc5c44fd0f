import AgentAPI
import AgentCore
import Hummingbird
import ScreenCapture
import XInput

/// `/computer/type`.
struct TypingRoutes {
    let input: InputService
    let screenshots: Screenshotter

    func add(to table: inout RouteTable) {
        table.action("/computer/type", then: screenshots) { (wanted: TypeRequest, context) in
            try await context.whileWanted { try await input.withTurn { try await $0.type(wanted) } }
            return .empty()
        }
    }
}

extension InputTurn {
    func type(_ request: TypeRequest) async throws {
        if request.smooth == true {
            throw AgentError.notImplemented("human-like typing is not built yet: leave smooth out or send false")
        }
        if let chance = request.typoChance, !(0...0.1).contains(chance) {
            throw AgentError.invalidArgument("field typo_chance must be from 0 to 0.10")
        }
        let delay = request.delay ?? 0
        guard delay >= 0 else { throw AgentError.invalidArgument("field delay must be 0 or more milliseconds") }
        try await type(request.text, delay: .milliseconds(delay))
    }
}
