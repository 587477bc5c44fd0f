import AgentCore
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

    private let executor = ThreadExecutor(name: "x-capture")
    private let connection: XConnection<GrabSession>
    private var serial: UInt64 = 0
    private var latest: PixelFrame?
    private weak var session: GrabSession?
    private var lastUse = ContinuousClock.now

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - displayName: as in `DISPLAY`, for example ":1". Nothing is opened yet.
    ///   - pointerVisibility: whether to draw the pointer.
    package init(displayName: String, pointerVisibility: PointerVisibility = PointerVisibility()) {
        connection = XConnection(displayName: displayName) {
            try GrabSession(display: $0, pointerVisibility: pointerVisibility)
        }
    }

    /// The whole screen with the pointer drawn in, or `nil` when nothing has changed since the frame with `serial`.
    ///
    /// Throws `unavailable` when there is no X server, or one whose pixels are not 32 bits of B, G, R, X.
    package func frame(newerThan serial: UInt64?) throws -> PixelFrame? {
        lastUse = .now
        return try connection.withSession { current in
            if current !== session { forget(for: current) }
            if try !current.lookForNews() {
                if serial == self.serial { return nil }
                if let latest { return latest }
            }
            return try grab(current)
        }
    }

    /// The present size of the screen. Throws `unavailable` without an X server.
    package func screenSize() throws -> ScreenSize {
        try connection.withSession { try ScreenSize(ofRoot: $0.root, on: $0.display) }
    }

    /// Frees the memory of frames nobody has asked for in a while, and reads events that would pile up in the server.
    private func trim() {
        guard ContinuousClock.now - lastUse >= Self.keepAlive else { return }
        latest = nil
        guard session != nil else { return }
        // A server that has gone needs no trimming; the next call reports it.
        try? connection.withSession { try $0.trim() }
    }

    private func grab(_ session: GrabSession) throws -> PixelFrame {
        latest = nil
        serial += 1
        session.forgetNews()
        let frame = try session.grab(serial: serial)
        latest = frame
        return frame
    }

    private func forget(for session: GrabSession) {
        self.session = session
        latest = nil
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
}
