import AgentAPI
import AgentCore
import Hummingbird
import ScreenCapture
import XInput

/// `/computer/batch`: several actions in one turn of the mouse and the keyboard.
struct BatchRoutes {
    /// More than a client can have an overview of.
    private static let mostActions = 1000

    let input: InputService
    let screenshots: Screenshotter

    func add(to table: inout RouteTable) {
        table.action("/computer/batch", then: screenshots) { (wanted: BatchRequest, context) in
            let actions = wanted.actions
            guard (1...Self.mostActions).contains(actions.count) else {
                throw AgentError.invalidArgument(
                    "field actions must have from 1 to \(Self.mostActions) entries, not \(actions.count)")
            }
            guard let picture = try Self.picture(atTheEndOf: actions) else {
                return try await run(actions, in: context)
            }
            let place = "actions[\(actions.count - 1)] (screenshot)"
            return try await screenshots.answer(picture, field: place, in: context) {
                try await run(actions, in: context)
            }
        }
    }

    /// Throws `invalidArgument` for one elsewhere: there is but one answer, and it comes when all is done.
    private static func picture(atTheEndOf actions: [BatchAction]) throws -> ScreenshotRequest? {
        if let index = actions.dropLast().firstIndex(where: { $0.kind == .screenshot }) {
            throw AgentError.invalidArgument(
                "actions[\(index)] (screenshot): only the last action of a batch can be a screenshot")
        }
        guard case .screenshot(let picture) = actions.last else { return nil }
        return picture
    }

    private func run(_ actions: [BatchAction], in context: AgentRequestContext) async throws -> Response {
        try await context.whileWanted { try await input.withTurn { try await run(actions, in: $0) } }
        return .empty()
    }

    /// Stops at the first that fails, with its own code and a message that says which it is.
    private func run(_ actions: [BatchAction], in turn: InputTurn) async throws {
        for (index, action) in actions.enumerated() {
            do {
                try Task.checkCancellation()
                try await turn.run(action)
            } catch let error as AgentError {
                throw AgentError(
                    error.code, "actions[\(index)] (\(action.kind.rawValue)): \(error.message)", cause: error.cause,
                    details: error.details)
            }
        }
    }
}

extension InputTurn {
    /// Milliseconds.
    private static let sleeps = 0...30_000

    fileprivate func run(_ action: BatchAction) async throws {
        switch action {
        case .clickMouse(let request): try await run(PointerGesture(request), request.options)
        case .moveMouse(let request): try await run(PointerGesture(request), request.options)
        case .dragMouse(let request): try await run(PointerGesture(request), request.options)
        case .scroll(let request): try await run(PointerGesture(request), request.options)
        case .typeText(let request): try await type(request)
        case .pressKey(let request): try await press(KeyPress(request))
        case .setCursor(let request): try await setPointer(hidden: request.hidden)
        case .sleep(let request):
            let milliseconds = try request.milliseconds.checked(in: Self.sleeps, field: "duration_ms")
            try await Task.sleep(for: .milliseconds(milliseconds))
        case .screenshot: break  // The last of all: it is taken when the turn is over, for nothing waits for pictures.
        }
    }

    private func run(_ gesture: PointerGesture, _ options: PointerOptions) async throws {
        guard options.dryRun != true else {
            throw AgentError.invalidArgument("dry_run is for single actions; it cannot be part of a batch")
        }
        try await perform(gesture)
    }
}
