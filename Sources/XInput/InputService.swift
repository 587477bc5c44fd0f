import AgentCore
package import XDisplay

/// Mouse and keyboard of the display, driven through the XTEST extension.
///
/// It owns one X connection on one thread of its own, opened on first use and again after the X server has been away
/// (calls answer `unavailable` meanwhile). Gestures run one after another in the order they came; a caller that is
/// cancelled gives up its place, and a gesture that is cancelled while it waits releases what it holds. A call
/// returns once the server has carried the events out. Reading sizes and positions does not wait for gestures.
package actor InputService {
    /// More clicks in one call than anything needs.
    private static let maximumClicks = 1000

    private let executor = ThreadExecutor(name: "x-input")
    let turns = TurnQueue(width: 1)
    let connection: XConnection<InputSession>
    /// Numbers the pings of the typing barrier, so that a late answer is not taken for a new one.
    var pingSerial = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter displayName: as in `DISPLAY`, for example ":1". Nothing is opened yet.
    package init(displayName: String) {
        connection = XConnection(displayName: displayName) { try InputSession(display: $0) }
    }

    /// The present size of the screen. Throws `unavailable` without an X server.
    package func screenSize() throws -> ScreenSize {
        try connection.withSession { try $0.screenSize() }
    }

    /// Where the pointer is. Throws `unavailable` without an X server.
    package func pointerPosition() throws -> ScreenPoint {
        try connection.withSession { $0.pointerPosition() }
    }

    /// Moves the pointer in one step.
    ///
    /// - Parameter keys: held down around the move, each named as `xdotool` names keys.
    /// Throws `invalidArgument` for a point off the screen or a name that is no key, `unavailable` without an X server.
    package func movePointer(to point: ScreenPoint, holding keys: [String] = []) async throws {
        try await gesture(holding: keys, at: point) { _ in }
    }

    /// Moves the pointer to `point` and uses a button there.
    ///
    /// - Parameters:
    ///   - count: how often to click, at most 1000; less than 1 counts as 1. Only `click` repeats.
    ///   - keys: held down around move and click, each named as `xdotool` names keys.
    /// Throws `invalidArgument` for a point off the screen, a name that is no key or a `count` too high, `unavailable`
    /// without an X server.
    package func click(
        at point: ScreenPoint, button: PointerButton = .left, action: ClickAction = .click, count: Int = 1,
        holding keys: [String] = []
    ) async throws {
        guard count <= Self.maximumClicks else {
            throw AgentError.invalidArgument("num_clicks is \(count); it must be at most \(Self.maximumClicks)")
        }
        try await gesture(holding: keys, at: point) { session in
            for _ in 0..<(action == .click ? max(1, count) : 1) {
                if action != .up { session.setButton(button, isPressed: true) }
                if action != .down { session.setButton(button, isPressed: false) }
            }
        }
    }

    private func gesture(
        holding keys: [String], at point: ScreenPoint, _ body: (InputSession) -> Void
    ) async throws {
        let sequences = try keys.map(KeySequence.init(parsing:))
        try await turns.withTurn {
            try connection.withSession { session in
                try session.screenSize().validate(point)
                let keycodes = try session.keycodes(toHold: sequences)
                session.holding(keycodes) {
                    session.movePointer(to: point)
                    body(session)
                }
                session.finish()
            }
        }
    }
}
