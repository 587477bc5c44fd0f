import AgentAPI
import XInput

extension KeyPlanResponse {
    init(_ plan: KeyPlan, seed: UInt64?) {
        self.init(
            seed: seed.map { Int(clamping: $0) }, duration: plan.duration.inRoundedMilliseconds,
            steps: plan.steps.map {
                Step(at: $0.offset.inRoundedMilliseconds, key: $0.key.name, isPress: $0.isPress)
            })
    }
}

extension KeyPlan.Key {
    /// The character, or the name X gives the key that types none.
    fileprivate var name: String {
        switch self {
        case .backspace, .character("\u{8}"): "BackSpace"
        case .character("\t"): "Tab"
        case .character("\n"): "Return"
        case .character("\u{1b}"): "Escape"
        case .character("\u{7f}"): "Delete"
        case .character(let scalar): String(Character(scalar))
        }
    }
}
