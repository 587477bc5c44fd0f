import AgentAPI
import AgentCore
import Hummingbird
import XDisplay
import XInput

/// The mouse: `/computer/click_mouse`, `/computer/move_mouse` and `/computer/get_mouse_position`.
struct PointerRoutes {
    let input: InputService

    func add(to table: inout RouteTable) {
        table.post("/computer/click_mouse") { request, _ in
            try await click(request.decodeJSON(ClickMouseRequest.self))
        }
        table.post("/computer/move_mouse") { request, _ in try await move(request.decodeJSON(MoveMouseRequest.self)) }
        table.post("/computer/get_mouse_position") { _, _ in
            let point = try await input.pointerPosition()
            return try .json(MousePosition(x: point.x, y: point.y))
        }
    }

    private func click(_ request: ClickMouseRequest) async throws -> Response {
        try refuseSmooth(request.smooth)
        try await input.click(
            at: ScreenPoint(x: request.x, y: request.y),
            button: PointerButton(field: "button", of: request.button, default: .left),
            action: ClickAction(field: "click_type", of: request.clickType, default: .click),
            count: request.numClicks ?? 1, holding: request.holdKeys ?? [])
        return .empty()
    }

    private func move(_ request: MoveMouseRequest) async throws -> Response {
        try refuseSmooth(request.smooth)
        try await input.movePointer(to: ScreenPoint(x: request.x, y: request.y), holding: request.holdKeys ?? [])
        return .empty()
    }

    private func refuseSmooth(_ smooth: Bool?) throws {
        guard smooth == true else { return }
        throw AgentError.notImplemented("human-like input is not built yet: leave smooth out or send false")
    }
}
