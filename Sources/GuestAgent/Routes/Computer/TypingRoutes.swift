import AgentAPI
import Hummingbird
import XInput

/// `/computer/type`.
struct TypingRoutes {
    let input: InputService

    func add(to table: inout RouteTable) {
        table.post("/computer/type") { request, context in
            let wanted = try await request.decodeJSON(TypeRequest.self)
            let typing = try Typing(wanted)
            if wanted.dryRun == true { return try .json(KeyPlanResponse(typing.plan(), seed: typing.seed)) }
            try await context.whileWanted { try await input.type(typing) }
            return .done(seed: typing.seed)
        }
    }
}
