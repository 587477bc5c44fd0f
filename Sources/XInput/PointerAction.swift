package import XDisplay

/// A mouse button, named as clients name it.
package enum PointerButton: String, Sendable, CaseIterable {
    case left, middle, right, back, forward

    /// The number X gives the button; 4 to 7 are the wheel.
    var number: UInt32 {
        switch self {
        case .left: 1
        case .middle: 2
        case .right: 3
        case .back: 8
        case .forward: 9
        }
    }
}

/// What is done with a mouse button.
package enum ClickAction: String, Sendable, CaseIterable {
    /// Pressed and released.
    case click
    /// Pressed, and left so.
    case down
    /// Released.
    case up
}

/// What a gesture of the mouse does. Points are pixels of the screen.
package enum PointerAction: Equatable, Sendable {
    case move(to: ScreenPoint)
    /// - count: of clicks; only `click` repeats.
    case click(at: ScreenPoint, button: PointerButton = .left, action: ClickAction = .click, count: Int = 1)
    case drag(Drag)
    /// - right: ticks of the wheel; negative is to the left.
    /// - down: ticks; negative is up.
    case scroll(at: ScreenPoint, right: Int, down: Int)

    /// Movement with a button held down.
    package struct Drag: Equatable, Sendable {
        package let path: [ScreenPoint]
        package let button: PointerButton
        package let pauseAfterPress: Duration
        /// Of plain drags: each segment of the path in so many steps, this long after each other.
        package let stepsPerSegment: Int
        package let stepDelay: Duration

        /// - Parameter path: two points or more.
        package init(
            along path: [ScreenPoint], button: PointerButton = .left, pauseAfterPress: Duration = .zero,
            stepsPerSegment: Int = 10, stepDelay: Duration = .milliseconds(50)
        ) {
            self.path = path
            self.button = button
            self.pauseAfterPress = pauseAfterPress
            self.stepsPerSegment = stepsPerSegment
            self.stepDelay = stepDelay
        }
    }
}
