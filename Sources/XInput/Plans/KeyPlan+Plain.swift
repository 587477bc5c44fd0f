extension KeyPlan {
    /// Each key pressed and released at once, `delay` after the one before. A line break, however it is written, is one
    /// press of Return, which is `.character("\n")`.
    static func plain(_ text: String, delay: Duration) -> KeyPlan {
        let scalars = TypingScript.scalars(of: text)
        let steps = scalars.enumerated().flatMap { index, scalar in
            let offset = delay * index
            return [
                Step(at: offset, .character(scalar), isPress: true),
                Step(at: offset, .character(scalar), isPress: false),
            ]
        }
        return KeyPlan(steps: steps, duration: steps.last?.offset ?? .zero)
    }
}
