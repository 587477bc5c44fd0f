import AgentAPI
import AgentCore
import XDisplay
import XInput

extension PointerGesture {
    /// Milliseconds.
    private static let moveDurations = 50...5000
    private static let dragDurations = 50...10_000

    /// Throws `invalidArgument` naming the field that cannot be as it is.
    init(_ request: MoveMouseRequest) throws {
        let point = ScreenPoint(x: request.action.x, y: request.action.y)
        try self.init(.move(to: point), request.options, durations: Self.moveDurations)
    }

    init(_ request: ClickMouseRequest) throws {
        let click = request.action
        let action = try PointerAction.click(
            at: ScreenPoint(x: click.x, y: click.y),
            button: PointerButton(field: "button", of: click.button, default: .left),
            action: ClickAction(field: "click_type", of: click.clickType, default: .click),
            count: click.numClicks ?? 1)
        try self.init(action, request.options, durations: Self.moveDurations)
    }

    init(_ request: ScrollRequest) throws {
        let scroll = request.action
        let action = PointerAction.scroll(
            at: ScreenPoint(x: scroll.x, y: scroll.y), right: scroll.deltaX ?? 0, down: scroll.deltaY ?? 0)
        try self.init(action, request.options, durations: Self.moveDurations)
    }

    init(_ request: DragMouseRequest) throws {
        let isPlain = request.options.smooth == false
        let action = try PointerAction.drag(PointerAction.Drag(request.action, isPlain: isPlain))
        try self.init(action, request.options, durations: Self.dragDurations)
    }

    private init(_ action: PointerAction, _ options: PointerOptions, durations: ClosedRange<Int>) throws {
        try self.init(action, style: Style(options, durations: durations), holding: options.holdKeys ?? [])
    }

    /// What makes the gesture repeatable; `nil` for plain ones, which always are.
    var seed: UInt64? {
        if case .human(let seed, _, _) = style { seed } else { nil }
    }
}

extension PointerGesture.Style {
    /// - Parameter durations: milliseconds.
    fileprivate init(_ options: PointerOptions, durations: ClosedRange<Int>) throws {
        guard options.smooth ?? true else {
            self = .plain
            return
        }
        self = try .human(
            seed: Seed(field: options.seed).value,
            duration: options.durationMilliseconds.map {
                try .milliseconds($0.checked(in: durations, field: "duration_ms"))
            },
            targetWidth: options.targetWidth.map { try $0.checked(in: 1...10_000, field: "target_width") })
    }
}

extension PointerAction.Drag {
    private enum Button: String, CaseIterable {
        case left, middle, right
    }

    fileprivate init(_ drag: DragMouse, isPlain: Bool) throws {
        let button = try Button(field: "button", of: drag.button, default: .left)
        let limit = PointerGesture.longestMilliseconds
        try self.init(
            along: drag.path.enumerated().map(ScreenPoint.init(index:pair:)),
            button: PointerButton(rawValue: button.rawValue) ?? .left,
            pauseAfterPress: .milliseconds((drag.delay ?? 0).checked(in: 0...limit, field: "delay")),
            stepsPerSegment: isPlain
                ? (drag.stepsPerSegment ?? 10).checked(in: 1...10_000, field: "steps_per_segment") : 1,
            stepDelay: isPlain
                ? .milliseconds((drag.stepDelayMilliseconds ?? 50).checked(in: 0...limit, field: "step_delay_ms"))
                : .zero)
    }
}

extension PointerGesture {
    static var longestMilliseconds: Int { Int(longestDuration / .milliseconds(1)) }
}

extension ScreenPoint {
    fileprivate init(index: Int, pair: [WholeNumber]) throws {
        guard pair.count == 2 else {
            throw AgentError.invalidArgument("path[\(index)] has \(pair.count) numbers; it must have two, x and y")
        }
        self.init(x: pair[0].value, y: pair[1].value)
    }
}
