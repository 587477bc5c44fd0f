package import AgentCore

/// Changes the size of an X screen while everything on it goes on.
///
/// A mode for the very size is made at run time (RandR), so that any size is had to the pixel. Xorg with the dummy
/// driver takes any; Xvfb takes what is not larger than the screen it was started with. One X connection on one thread.
package actor ScreenModes {
    /// How often windows are looked at while they are waited for.
    private static let glance = Duration.milliseconds(3)

    private let executor: ThreadExecutor
    private let connection: XConnection<ModeSession>

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Throws `unavailable` when there is no thread to be had.
    ///
    /// - Parameter displayName: as in `DISPLAY`, for example ":1". Nothing is opened yet.
    package init(displayName: String) throws(AgentError) {
        executor = try ThreadExecutor(name: "x-modes")
        connection = XConnection(displayName: displayName) { try ModeSession(display: $0) }
    }

    /// What the screen shows now. Throws `unavailable` without an X server, or one without RandR.
    package func current() throws -> ScreenMode {
        try connection.withSession { try $0.mode() }
    }

    /// Throws `invalidArgument`, with what the server takes, when it cannot show as much or as little.
    package func validate(_ size: ScreenSize) throws {
        try connection.withSession { session in
            let limits = session.sizeLimits()
            for (name, value, range) in [
                ("width", size.width, limits.width), ("height", size.height, limits.height),
            ] where !range.contains(value) {
                throw AgentError.invalidArgument(
                    "\(name) is \(value); this X server takes \(range.lowerBound) to \(range.upperBound)")
            }
        }
    }

    /// Has the screen show `mode` and returns what it shows then, which a server may have rounded.
    ///
    /// Throws as `current` and `validate`, and `invalidArgument` when the server refuses the size all the same. The screen
    /// is then as it was.
    package func show(_ mode: ScreenMode) throws -> ScreenMode {
        try validate(mode.size)
        return try connection.withSession { session in
            try session.show(mode)
            return try session.mode()
        }
    }

    /// Whether a window manager has any window to look after. Throws `unavailable` without an X server.
    package func hasWindows() throws -> Bool {
        try connection.withSession { !$0.windows.all.isEmpty }
    }

    /// Returns true once every maximised window has the size of the screen, false when some have not after `patience`.
    ///
    /// Throws `unavailable` when the X server goes away, `CancellationError` when the task is cancelled.
    package func windowsFollow(within patience: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + patience
        while true {
            let filled = try connection.withSession { session in
                session.windows.fill(try ScreenSize(ofRoot: session.root, on: session.display))
            }
            if filled || ContinuousClock.now >= deadline { return filled }
            try await executor.sleep(until: .now + Self.glance)
        }
    }
}
