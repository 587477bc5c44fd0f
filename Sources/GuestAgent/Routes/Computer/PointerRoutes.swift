import AgentAPI
import Hummingbird
import XDisplay
import XInput

/// The mouse: moving, clicking, dragging, scrolling, where it is, and whether it is seen.
struct PointerRoutes {
    let input: InputService

    func add(to table: inout RouteTable) {
        table.post("/computer/move_mouse") { request, context in
            let wanted = try await request.decodeJSON(MoveMouseRequest.self)
            return try await answer(PointerGesture(wanted), isDryRun: wanted.options.dryRun, in: context)
        }
        table.post("/computer/click_mouse") { request, context in
            let wanted = try await request.decodeJSON(ClickMouseRequest.self)
            return try await answer(PointerGesture(wanted), isDryRun: wanted.options.dryRun, in: context)
        }
        table.post("/computer/drag_mouse") { request, context in
            let wanted = try await request.decodeJSON(DragMouseRequest.self)
            return try await answer(PointerGesture(wanted), isDryRun: wanted.options.dryRun, in: context)
        }
        table.post("/computer/scroll") { request, context in
            let wanted = try await request.decodeJSON(ScrollRequest.self)
            return try await answer(PointerGesture(wanted), isDryRun: wanted.options.dryRun, in: context)
        }
        table.post("/computer/get_mouse_position") { _, _ in
            let point = try await input.pointerPosition()
            return try .json(MousePosition(x: point.x, y: point.y))
        }
        table.post("/computer/cursor") { request, context in
            let isHidden = try await request.decodeJSON(SetCursorRequest.self).hidden
            try await context.whileWanted { try await input.withTurn { try await $0.setPointer(hidden: isHidden) } }
            return try .json(Done())
        }
    }

    private func answer(
        _ gesture: PointerGesture, isDryRun: Bool?, in context: AgentRequestContext
    ) async throws -> Response {
        if isDryRun == true {
            return try await .json(PointerPlanResponse(input.plan(gesture).whole, seed: gesture.seed))
        }
        _ = try await context.whileWanted { try await input.perform(gesture) }
        return .done(seed: gesture.seed)
    }
}
