package import AgentCore
import ServiceLifecycle
package import XDisplay

/// Takes pictures of an X screen, and knows when there is nothing new to take.
///
/// It owns one X connection on one thread of its own, opened on first use and again after the X server has been away
/// (calls throw `unavailable` meanwhile). XDamage, XFixes and the pointer's position tell whether anything has changed
/// since the last grab; while nothing has, all consumers share that grab's frame.
package actor ScreenGrabber: FrameSource {
    /// Memory is kept for the next grab this long.
    private static let keepAlive = Duration.seconds(5)

    private let executor: ThreadExecutor
    private let connection: XConnection<GrabSession>
    private weak var session: GrabSession?
    private var version = ScreenVersion()
    private var history = DamageHistory(startingAt: 0)
    private var lastPixelChange = ContinuousClock.now
    /// The latest frames, by whether they show the pointer.
    private var latest: [Bool: PixelFrame] = [:]
    private var lastLook = ContinuousClock.now

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - displayName: as in `DISPLAY`, for example ":1". Nothing is opened yet.
    ///   - pointerVisibility: whether to draw the pointer.
    ///
    /// Throws `unavailable` when there is no thread to be had.
    package init(displayName: String, pointerVisibility: PointerVisibility = PointerVisibility()) throws(AgentError) {
        executor = try ThreadExecutor(name: "x-capture")
        connection = XConnection(displayName: displayName) {
            try GrabSession(display: $0, pointerVisibility: pointerVisibility)
        }
    }

    /// The whole screen with the pointer drawn in, or `nil` when nothing has changed since the frame with `serial`.
    /// Those who come for the same moment share one look at the screen.
    ///
    /// Throws `unavailable` when there is no X server, or one whose pixels are not 32 bits of B, G, R, X.
    package func frame(newerThan serial: UInt64?, notBefore moment: ContinuousClock.Instant) throws -> PixelFrame? {
        if let serial, lastLook >= moment, let known = latest[true], known.serial == version.serial(showsPointer: true)
        {
            return known.serial == serial ? nil : known
        }
        return try look { session in
            if serial == version.serial(showsPointer: true) { return nil }
            return try frame(from: session, showsPointer: true)
        }
    }

    /// The screen as it was at `moment` or is by now: callers that asked before a grab began share its frame. Of a screen
    /// that has changed, only `region` is read if it is small.
    ///
    /// Throws as `frame(newerThan:)`, and `invalidArgument` when the region leaves the screen.
    package func frame(
        of region: ScreenRegion? = nil, showsPointer: Bool, notBefore moment: ContinuousClock.Instant
    ) throws -> PixelFrame {
        if let known = latest[showsPointer], known.capturedAt >= moment { return known }
        return try look { session in
            let serial = version.serial(showsPointer: showsPointer)
            guard let region, region.isSmall(on: session.size), latest[showsPointer]?.serial != serial else {
                return try frame(from: session, showsPointer: showsPointer)
            }
            return try session.grab(region, serial: serial, drawsPointer: showsPointer)
        }
    }

    /// The present size and version of the screen: one round trip. Throws `unavailable` without an X server.
    package func state() throws -> ScreenState {
        try look { ScreenState(size: $0.size, version: version) }
    }

    /// The present size of the screen. Throws `unavailable` without an X server.
    package func screenSize() throws -> ScreenSize {
        try connection.withSession { try ScreenSize(ofRoot: $0.root, on: $0.display) }
    }

    /// Runs `body` on the session when it is known what has changed.
    private func look<Result>(_ body: (GrabSession) throws -> Result) throws -> Result {
        lastLook = .now
        return try connection.withSession { current in
            let changes = try current.takeChanges()
            if current === session { note(changes) } else { noteNewScreen() }
            session = current
            return try body(current)
        }
    }

    private func note(_ changes: ScreenChanges) {
        guard changes.pixels || changes.pointer else { return }
        if changes.pixels {
            version.pixels += 1
            lastPixelChange = .now
        }
        if changes.pointer { version.pointer += 1 }
        history.add(changes.regions, serial: version.serial(showsPointer: true))
    }

    private func noteNewScreen() {
        version.pixels += 1
        version.pointer += 1
        lastPixelChange = .now
        history = DamageHistory(startingAt: version.serial(showsPointer: true))
    }

    private func frame(from session: GrabSession, showsPointer: Bool) throws -> PixelFrame {
        let serial = version.serial(showsPointer: showsPointer)
        if let known = latest[showsPointer], known.serial == serial { return known }
        // Released first, so that its memory can be used again.
        latest[showsPointer] = nil
        let frame = try session.grab(
            serial: serial, history: showsPointer ? history : nil, drawsPointer: showsPointer)
        latest[showsPointer] = frame
        return frame
    }
}

extension ScreenGrabber {
    /// How often one looks for changes while waiting for their end.
    private static let lookInterval = Duration.milliseconds(10)

    /// Waits until no pixel has changed for a while, counted from the call at the earliest. The pointer does not count.
    ///
    /// Returns whether it came to that; `false` when the patience is at an end. Throws as `state`, and
    /// `CancellationError`.
    package func waitUntilQuiet(_ settling: Settling) async throws -> Bool {
        let start = ContinuousClock.now
        while true {
            _ = try state()
            let settled = max(start, lastPixelChange) + settling.quiet
            let now = ContinuousClock.now
            if now >= settled { return true }
            if now >= start + settling.patience { return false }
            let next = min(settled, start + settling.patience, now + Self.lookInterval)
            try await Task.sleep(until: next, tolerance: .zero, clock: .continuous)
        }
    }
}

extension ScreenGrabber: Service {
    /// Gives memory back while nobody takes pictures. Capturing works without it, and then keeps about one frame's.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // Sleeping throws when it is time to stop.
            while (try? await Task.sleep(for: Self.keepAlive)) != nil { await self.trim() }
        }
    }

    /// Frees the memory of frames nobody has asked for in a while, and reads events that would pile up in the server.
    private func trim() {
        guard ContinuousClock.now - lastLook >= Self.keepAlive else { return }
        latest = [:]
        guard session != nil else { return }
        // A server that has gone needs no trimming; the next call reports it.
        try? connection.withSession { try $0.trim() }
    }
}

extension ScreenRegion {
    /// Whether reading it alone is worth that others cannot use the frame.
    fileprivate func isSmall(on screen: ScreenSize) -> Bool {
        width <= screen.width && height <= screen.height && width * height * 4 <= screen.width * screen.height
    }
}
