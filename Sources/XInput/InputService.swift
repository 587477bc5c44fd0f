package import AgentCore
package import XDisplay

/// Mouse and keyboard of the display, driven through the XTEST extension.
///
/// It owns one X connection on one thread of its own, opened on first use and again after the X server has been away
/// (calls answer `unavailable` meanwhile). Gestures run one after another in the order they came; a caller that is
/// cancelled gives up its place, and a gesture that is cancelled ends at once. Whatever way a gesture ends, what it has
/// pressed is released. A call returns once the server has carried the events out. Reading sizes and positions does not
/// wait for gestures.
package actor InputService {
    /// So that others do not keep the events of a gesture waiting, where the agent may decide that.
    private static let niceness: Int32 = -10

    let executor: ThreadExecutor
    let turns = TurnQueue(width: 1)
    let connection: XConnection<InputSession>
    let held: HeldInput
    let pointerVisibility: PointerVisibility
    let clipboard: Clipboard?
    /// Numbers the pings of the typing barrier, so that a late answer is not taken for a new one.
    var pingSerial = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - displayName: as in `DISPLAY`, for example ":1". Nothing is opened yet.
    ///   - pointerVisibility: kept up to date, for those who draw the pointer into pictures.
    ///   - clipboard: of the same display, for characters that no key types into the focused program.
    ///
    /// Throws `unavailable` when there is no thread to be had.
    package init(
        displayName: String, pointerVisibility: PointerVisibility = PointerVisibility(), clipboard: Clipboard? = nil
    ) throws(AgentError) {
        executor = try ThreadExecutor(name: "x-input", niceness: Self.niceness)
        let held = HeldInput()
        connection = XConnection(displayName: displayName) { display in
            let session = try InputSession(display: display)
            // A server that cannot hide it can still be used.
            if pointerVisibility.isHidden { try? session.setPointer(hidden: true) }
            held.releaseAll(on: session)
            session.finish()
            if !XErrorHandlers.isLost(display) { held.forget() }
            return session
        }
        self.held = held
        self.pointerVisibility = pointerVisibility
        self.clipboard = clipboard
    }

    /// The present size of the screen. Throws `unavailable` without an X server.
    package func screenSize() throws -> ScreenSize {
        try connection.withSession { try $0.screenSize() }
    }

    /// Where the pointer is. Throws `unavailable` without an X server.
    package func pointerPosition() throws -> ScreenPoint {
        try connection.withSession { $0.pointerPosition() }
    }

    /// Waits for this caller's turn, and gives it the mouse and the keyboard until `body` ends: what it does there has
    /// nothing of other callers in between.
    ///
    /// Throws what `body` throws, and `CancellationError` when the task is cancelled while it waits.
    package nonisolated func withTurn<Result>(_ body: (InputTurn) async throws -> Result) async throws -> Result {
        try await turns.withTurn { try await body(InputTurn(input: self)) }
    }

    /// One gesture in a turn of its own, see `InputTurn.perform`.
    @discardableResult
    package func perform(_ gesture: PointerGesture) async throws -> GestureReport {
        try await turns.withTurn { try await carryOut(gesture) }
    }

    /// Presses keys in a turn of its own, see `InputTurn.press`.
    package func press(_ keys: KeyPress) async throws {
        try await turns.withTurn { try await carryOut(keys) }
    }

    /// What `gesture` would send if it were made now. Nothing is sent, and no turn is waited for.
    ///
    /// Throws `invalidArgument` as making it would, `unavailable` without an X server.
    package func plan(_ gesture: PointerGesture) throws -> GesturePlan {
        try connection.withSession { session in
            for key in gesture.heldKeys { _ = try KeySequence(parsing: key) }
            let screen = try session.screenSize()
            try gesture.validate(within: screen)
            return gesture.plan(from: session.pointerPosition(), within: screen)
        }
    }

    /// Connects again if there is something to do on an X server that has come back: a pointer to hide, keys or buttons to
    /// release that were pressed when the connection broke. The next call would do so too, whenever that is.
    package func restore() {
        guard pointerVisibility.isHidden || !held.isEmpty else { return }
        // Without a server there is nothing to restore.
        try? connection.withSession { _ in }
    }

    /// Releases everything the agent has pressed, also what clients wanted to stay pressed. For the agent's end: nobody
    /// could release it afterwards.
    package func releaseEverything() throws {
        guard !held.isEmpty || !held.keptButtons.isEmpty else { return }
        try connection.withSession { session in
            held.releaseAll(on: session)
            for button in held.keptButtons { held.release(button, on: session) }
            session.finish()
        }
        held.forget()
    }
}

/// The right to use mouse and keyboard until the caller's turn ends.
package struct InputTurn: Sendable {
    let input: InputService

    /// Makes a gesture with the mouse. The pointer ends on the very pixel, whoever else has moved it.
    ///
    /// Throws `invalidArgument` for a point off the screen, a number out of range or a name that is no key,
    /// `unavailable` without an X server and when it goes away meanwhile, `CancellationError` when the task is cancelled.
    /// In all cases what was pressed is released, but for a `ClickAction.down` that has been carried out.
    @discardableResult
    package func perform(_ gesture: PointerGesture) async throws -> GestureReport {
        try await input.carryOut(gesture)
    }

    /// Presses and releases keys.
    ///
    /// Throws as `perform`.
    package func press(_ keys: KeyPress) async throws {
        try await input.carryOut(keys)
    }

    /// Shows or hides the pointer, on the screen and in pictures. It stays so, also on an X server that comes back.
    ///
    /// Throws `unavailable` without an X server, or when it lacks the XFIXES extension.
    package func setPointer(hidden: Bool) async throws {
        try await input.setPointer(hidden: hidden)
    }
}
