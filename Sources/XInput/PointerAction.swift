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
