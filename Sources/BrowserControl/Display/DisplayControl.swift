import AgentCore
package import XDisplay

/// Whoever takes pictures of the screen one after another and cannot bear its size to change.
package protocol ScreenRecordings: Sendable {
    func areRunning() async -> Bool

    /// Ends them all before `change`, and has each go on after it as a recording of its own.
    func split<Result: Sendable>(around change: @Sendable () async throws -> Result) async throws -> Result
}

/// Gives the screen another size, and tells when it has it.
package struct DisplayControl: Sendable {
    /// Servers that know of no rate are asked for this one.
    private static let usualRate = 60
    /// How long windows are waited for. Window managers take 20 to 60 ms.
    private static let windowPatience = Duration.milliseconds(500)

    private let modes: ScreenModes
    private let recordings: any ScreenRecordings
    private let headless: HeadlessWindows

    package init(modes: ScreenModes, recordings: any ScreenRecordings, devTools: any DevTools) {
        self.modes = modes
        headless = HeadlessWindows(devTools: devTools)
        self.recordings = recordings
    }

    package func current() async throws -> ScreenMode { try await modes.current() }

    /// Throws what would keep `change` from being made: `conflict` while somebody records and the change wants nobody to,
    /// `invalidArgument` for a size that the X server does not take, `unavailable` without an X server.
    func check(_ change: DisplayChange) async throws {
        let current = try await modes.current()
        let wanted = change.applied(to: current)
        try await modes.validate(wanted.size)
        if wanted != current, change.requiresIdle, await recordings.areRunning() { throw Self.busy }
    }

    /// Makes the change and returns what the screen shows then, once the maximised windows have its size, or after half a
    /// second. What is there already is answered at once.
    ///
    /// Recordings in progress are ended and completed first, and go on as others afterwards, unless the change wants
    /// nobody to record.
    ///
    /// Throws as `check`, and `invalidArgument` when the X server has no memory for as many pixels; the screen is then as
    /// it was.
    package func apply(_ change: DisplayChange) async throws -> ScreenMode {
        let current = try await modes.current()
        let wanted = change.applied(to: current)
        guard wanted != current else { return current }
        try await check(change)
        return try await recordings.split { try await show(wanted) }
    }

    /// Has the screen show a mode that it has shown before.
    func show(_ mode: ScreenMode) async throws -> ScreenMode {
        let rate = mode.refreshRate > 0 ? mode.refreshRate : Self.usualRate
        let realised = try await modes.show(ScreenMode(size: mode.size, refreshRate: rate))
        if try await modes.hasWindows() {
            _ = try await modes.windowsFollow(within: Self.windowPatience)
        } else {
            await headless.fit(realised.size)
        }
        return realised
    }

    private static var busy: AgentError {
        .conflict("a recording is running: stop it first, or send require_idle false, which splits it")
    }
}
