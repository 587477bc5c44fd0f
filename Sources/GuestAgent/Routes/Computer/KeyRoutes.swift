import AgentAPI
import Hummingbird
import ScreenCapture
import XInput

/// `/computer/press_key`.
struct KeyRoutes {
    let input: InputService
    let screenshots: Screenshotter

    func add(to table: inout RouteTable) {
        table.action("/computer/press_key", then: screenshots) { (wanted: PressKeyRequest, context) in
            let keys = try KeyPress(wanted)
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
