import AgentAPI
import Hummingbird
import XInput

/// `/computer/press_key`.
struct KeyRoutes {
    let input: InputService

    func add(to table: inout RouteTable) {
        table.post("/computer/press_key") { request, context in
            let keys = try await KeyPress(request.decodeJSON(PressKeyRequest.self))
            try await context.whileWanted { try await input.press(keys) }
            return .empty()
        }
    }
}

extension KeyPress {
    /// Throws `invalidArgument` naming the field that cannot be as it is.
    init(_ request: PressKeyRequest) throws {
        let duration = try (request.duration ?? 0).checked(
            in: 0...PointerGesture.longestMilliseconds, field: "duration")
        self.init(request.keys, for: .milliseconds(duration), holding: request.holdKeys ?? [])
    }
}
