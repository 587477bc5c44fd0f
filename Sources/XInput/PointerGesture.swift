import AgentCore
import XDisplay

/// What to do with the mouse, and how.
package struct PointerGesture: Equatable, Sendable {
    /// How the pointer gets there.
    package enum Style: Equatable, Sendable {
        /// At once, in straight lines.
        case plain
        /// As a person's hand does: the same each time for the same seed and the same start.
        ///
        /// - duration: of the movement, instead of what a person would take.
        /// - targetWidth: in pixels, 1 and more: how precisely to aim.
        case human(seed: UInt64, duration: Duration? = nil, targetWidth: Double? = nil)
    }

    package let action: PointerAction
    package let style: Style
    /// Held down around the action, each named as `xdotool` names keys. A movement that only leads to where something is
    /// clicked or scrolled is made without them.
    package let heldKeys: [String]

    package init(_ action: PointerAction, style: Style = .plain, holding heldKeys: [String] = []) {
        self.action = action
        self.style = style
        self.heldKeys = heldKeys
    }
}

extension PointerGesture {
    /// No gesture takes longer, since all other input waits for it.
    package static let longestDuration = Duration.seconds(300)
    /// More clicks in one gesture than anything needs.
    private static let mostClicks = 1000
    private static let mostTicks = 10_000
    private static let mostSteps = 100_000

    /// Throws `invalidArgument`, naming the field and its limit, unless the gesture can be made on a screen of this size.
    func validate(within screen: ScreenSize) throws {
        switch action {
        case .move(let point): try screen.validate(point)
        case .click(let point, _, _, let count):
            try screen.validate(point)
            try Self.check(count, atMost: Self.mostClicks, field: "num_clicks")
        case .scroll(let point, let right, let down):
            try screen.validate(point)
            try Self.checkTicks(right: right, down: down)
        case .drag(let drag): try Self.validate(drag, within: screen, isPlain: style == .plain)
        }
    }

    private static func validate(_ drag: PointerAction.Drag, within screen: ScreenSize, isPlain: Bool) throws {
        guard drag.path.count >= 2 else {
            throw AgentError.invalidArgument("path has \(drag.path.count) points; it must have at least 2")
        }
        for (index, point) in drag.path.enumerated() {
            do { try screen.validate(point) } catch let error as AgentError {
                throw AgentError(error.code, "path[\(index)]: \(error.message)")
            }
        }
        try check(drag.path.count, atMost: mostSteps, field: "the number of points in path")
        try check(
            Int(drag.pauseAfterPress / .milliseconds(1)), atMost: Int(longestDuration / .milliseconds(1)),
            field: "delay")
        guard isPlain else { return }
        let (steps, overflows) = (drag.path.count - 1).multipliedReportingOverflow(by: drag.stepsPerSegment)
        guard !overflows, steps <= mostSteps else {
            throw AgentError.invalidArgument(
                "steps_per_segment is too large: the drag may have at most \(mostSteps) steps, all segments together")
        }
        guard drag.stepDelay * steps + drag.pauseAfterPress <= longestDuration else {
            throw AgentError.invalidArgument(
                "the drag would take too long: delay and all the steps' step_delay_ms together may be at most "
                    + "\(Int(longestDuration / .milliseconds(1))) ms")
        }
    }

    private static func checkTicks(right: Int, down: Int) throws {
        guard right != 0 || down != 0 else {
            throw AgentError.invalidArgument("delta_x and delta_y are both 0; one of them must not be")
        }
        for (field, ticks) in [("delta_x", right), ("delta_y", down)] where !(-mostTicks...mostTicks).contains(ticks) {
            throw AgentError.invalidArgument("\(field) is \(ticks); it must be from -\(mostTicks) to \(mostTicks)")
        }
    }

    private static func check(_ value: Int, atMost limit: Int, field: String) throws {
        guard value <= limit else {
            throw AgentError.invalidArgument("\(field) is \(value); it must be at most \(limit)")
        }
    }
}
