import AgentAPI
import Hummingbird
import ScreenCapture
import XInput

/// `/computer/type`.
struct TypingRoutes {
    let input: InputService
    let screenshots: Screenshotter

    func add(to table: inout RouteTable) {
        table.action("/computer/type", then: screenshots) { (wanted: TypeRequest, context) in
            let typing = try Typing(wanted)
            if wanted.dryRun == true { return try .json(KeyPlanResponse(typing.plan(), seed: typing.seed)) }
            try await context.whileWanted { try await input.type(typing) }
            return .done(seed: typing.seed)
        }
    }
}
