/// What typing a text like a person sends, and when. Keys are named by what they type: which keycode that is, and how
/// it gets there, is found out as the plan is carried out.
package struct KeyPlan: Equatable, Sendable {
    /// Modifiers are not among the keys: which of them a character needs depends on the layout. `typing` says when they
    /// change.
    package enum Key: Equatable, Hashable, Sendable {
        case character(Unicode.Scalar)
        case backspace
    }

    package struct Step: Equatable, Sendable {
        /// From the beginning; never less than that of the step before.
        package let offset: Duration
        package let key: Key
        /// A key may be pressed before the one before it is released, as quick typists do.
        package let isPress: Bool

        package init(at offset: Duration, _ key: Key, isPress: Bool) {
            self.offset = offset
            self.key = key
            self.isPress = isPress
        }
    }

    package var steps: [Step]
    package var duration: Duration

    package init(steps: [Step] = [], duration: Duration = .zero) {
        self.steps = steps
        self.duration = duration
    }
}
