import AgentAPI
import Hummingbird
import ScreenCapture
import XDisplay
import XInput

/// The mouse: moving, clicking, dragging, scrolling, where it is, and whether it is seen.
struct PointerRoutes {
    let input: InputService
    let screenshots: Screenshotter

    func add(to table: inout RouteTable) {
        table.action("/computer/move_mouse", then: screenshots) { (wanted: MoveMouseRequest, context) in
            try await answer(PointerGesture(wanted), isDryRun: wanted.options.dryRun, in: context)
        }
        table.action("/computer/click_mouse", then: screenshots) { (wanted: ClickMouseRequest, context) in
            try await answer(PointerGesture(wanted), isDryRun: wanted.options.dryRun, in: context)
        }
        table.action("/computer/drag_mouse", then: screenshots) { (wanted: DragMouseRequest, context) in
            try await answer(PointerGesture(wanted), isDryRun: wanted.options.dryRun, in: context)
        }
        table.action("/computer/scroll", then: screenshots) { (wanted: ScrollRequest, context) in
            try await answer(PointerGesture(wanted), isDryRun: wanted.options.dryRun, in: context)
        }
        table.post("/computer/get_mouse_position") { _, _ in
            let point = try await input.pointerPosition()
            return try .json(MousePosition(x: point.x, y: point.y))
        }
        table.action("/computer/cursor", then: screenshots) { (wanted: SetCursorRequest, context) in
            try await context.whileWanted {
                try await input.withTurn { try await $0.setPointer(hidden: wanted.hidden) }
            }
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
