import AgentAPI
import XDisplay
import XInput

extension PointerPlanResponse {
    init(_ plan: PointerPlan, seed: UInt64?) {
        self.init(
            seed: seed.map { Int(clamping: $0) }, duration: plan.duration.inRoundedMilliseconds,
            steps: plan.steps.map(Step.init))
    }
}

extension PointerPlanResponse.Step {
    fileprivate init(_ step: PointerPlan.Step) {
        let offset = step.offset.inRoundedMilliseconds
        switch step.event {
        case .move(let point): self.init(at: offset, event: "move", x: point.x, y: point.y)
        case .press(let button): self.init(at: offset, event: "press", button: button.rawValue)
        case .release(let button): self.init(at: offset, event: "release", button: button.rawValue)
        case .wheel(let direction): self.init(at: offset, event: "wheel", direction: direction.rawValue)
        }
    }
}

extension Duration {
    /// To whole microseconds.
    var inRoundedMilliseconds: Double { (self / .microseconds(1)).rounded() / 1000 }
}
