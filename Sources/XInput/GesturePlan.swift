import XDisplay

/// What a gesture sends, and when.
package struct GesturePlan: Equatable, Sendable {
    /// Leads to where something is done; without the keys the gesture holds.
    package let approach: PointerPlan
    /// What is done, with them.
    package let held: PointerPlan

    /// All of it.
    package var whole: PointerPlan { approach.appending(held) }
}

extension PointerGesture {
    /// A pure function of its arguments.
    ///
    /// - Parameter start: where the pointer is.
    func plan(from start: ScreenPoint, within screen: ScreenSize) -> GesturePlan {
        guard case .human(let seed, let duration, let targetWidth) = style else {
            return GesturePlan(approach: PointerPlan(), held: plainPlan)
        }
        var random = SeededRandom(seed: seed)
        func approach(_ point: ScreenPoint) -> PointerPlan {
            .move(
                from: start, to: point, within: screen, targetWidth: targetWidth, duration: duration, random: &random)
        }
        switch action {
        case .move(let target): return GesturePlan(approach: PointerPlan(), held: approach(target))
        case .click(let point, let button, let action, let count):
            let way = approach(point)
            return GesturePlan(approach: way, held: .pressing(button, action, count: count, random: &random))
        case .scroll(let point, let right, let down):
            let way = approach(point)
            return GesturePlan(approach: way, held: .scroll(right: right, down: down, random: &random))
        case .drag(let drag):
            let plan = PointerPlan.drag(
                along: drag.path, from: start, button: drag.button, pauseAfterPress: drag.pauseAfterPress,
                duration: duration, within: screen, random: &random)
            return GesturePlan(approach: PointerPlan(), held: plan)
        }
    }

    private var plainPlan: PointerPlan {
        switch action {
        case .move(let point): .plain([.move(to: point)])
        case .click(let point, let button, let action, let count):
            .plainClick(at: point, button, action, count: count)
        case .scroll(let point, let right, let down): .plainScroll(at: point, right: right, down: down)
        case .drag(let drag): .plain(drag)
        }
    }
}

extension PointerPlan {
    fileprivate static func pressing(
        _ button: PointerButton, _ action: ClickAction, count: Int, random: inout SeededRandom
    ) -> PointerPlan {
        switch action {
        case .click: .click(button, count: count, random: &random)
        case .down: .press(button, random: &random)
        case .up: .release(button, random: &random)
        }
    }
}
