import XDisplay

extension PointerPlan {
    /// Programs take presses of the same millisecond for one press told twice, not for a double click.
    private static let clickInterval = Duration.milliseconds(5)

    /// All at once.
    static func plain(_ events: [Event]) -> PointerPlan {
        PointerPlan(steps: events.map { Step(at: .zero, $0) })
    }

    /// - Parameter count: fewer than 1 is 1; only clicks repeat.
    static func plainClick(
        at point: ScreenPoint, _ button: PointerButton, _ action: ClickAction, count: Int
    ) -> PointerPlan {
        guard action == .click else {
            return plain([.move(to: point), action == .down ? .press(button) : .release(button)])
        }
        let click = plain([.press(button), .release(button)])
        return (1..<max(count, 1)).reduce(plain([.move(to: point)]).appending(click)) { plan, _ in
            plan.appending(.pause(clickInterval)).appending(click)
        }
    }

    /// Up and down first, then sideways.
    static func plainScroll(at point: ScreenPoint, right: Int, down: Int) -> PointerPlan {
        let vertical = Array(repeating: Event.wheel(down < 0 ? .up : .down), count: abs(down))
        let horizontal = Array(repeating: Event.wheel(right < 0 ? .left : .right), count: abs(right))
        return plain([.move(to: point)] + vertical + horizontal)
    }

    /// Straight from point to point, each segment in as many steps, so that each point of the path is met exactly.
    static func plain(_ drag: PointerAction.Drag) -> PointerPlan {
        guard let first = drag.path.first else { return PointerPlan() }
        var steps = [Step(at: .zero, .move(to: first)), Step(at: .zero, .press(drag.button))]
        var offset = drag.pauseAfterPress
        for (start, end) in zip(drag.path, drag.path.dropFirst()) {
            for step in 1...max(drag.stepsPerSegment, 1) {
                offset += drag.stepDelay
                steps.append(Step(at: offset, .move(to: start.point(at: step, of: drag.stepsPerSegment, to: end))))
            }
        }
        steps.append(Step(at: offset, .release(drag.button)))
        return PointerPlan(steps: steps, duration: offset)
    }
}

extension ScreenPoint {
    /// The pixel nearest to the place so many steps on the way to `end`.
    fileprivate func point(at step: Int, of count: Int, to end: ScreenPoint) -> ScreenPoint {
        let share = Double(step) / Double(max(count, 1))
        return ScreenPoint(
            x: x + Int((Double(end.x - x) * share).rounded()), y: y + Int((Double(end.y - y) * share).rounded()))
    }
}
