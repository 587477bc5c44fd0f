package import XDisplay

/// What a gesture of the mouse sends to the X server, and when: worked out beforehand, sent by absolute deadlines.
package struct PointerPlan: Equatable, Sendable {
    package enum Event: Equatable, Sendable {
        case move(to: ScreenPoint)
        case press(PointerButton)
        case release(PointerButton)
        /// One tick of the wheel.
        case wheel(WheelDirection)
    }

    package struct Step: Equatable, Sendable {
        /// From the beginning of the gesture; never less than that of the step before.
        package let offset: Duration
        package let event: Event

        package init(at offset: Duration, _ event: Event) {
            self.offset = offset
            self.event = event
        }
    }

    package var steps: [Step]
    /// From the beginning of the gesture to its end, which may be later than the last step.
    package var duration: Duration

    package init(steps: [Step] = [], duration: Duration = .zero) {
        self.steps = steps
        self.duration = duration
    }
}

/// Where a tick of the wheel scrolls to.
package enum WheelDirection: String, Sendable, CaseIterable {
    case up, down, left, right

    /// The number X gives the button that stands for a tick in this direction.
    var buttonNumber: UInt32 {
        switch self {
        case .up: 4
        case .down: 5
        case .left: 6
        case .right: 7
        }
    }
}
