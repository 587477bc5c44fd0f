import AgentCore
import CX11
import XDisplay

/// A window over the whole screen that shows a number as bars: black for 1, the lowest bit on the left, as
/// `SyntheticScreen` does. Only what changes is drawn.
actor CountingWindow {
    private final class Session {
        let display: OpaquePointer
        let window: Window
        let context: GC?

        init(display: OpaquePointer, size: ScreenSize) {
            self.display = display
            var attributes = XSetWindowAttributes()
            attributes.override_redirect = 1
            attributes.background_pixel = 0xffffff
            window = XCreateWindow(
                display, XDefaultRootWindow(display), 0, 0, UInt32(size.width), UInt32(size.height), 0, 0,
                UInt32(InputOutput), nil, UInt(CWOverrideRedirect | CWBackPixel), &attributes)
            XMapRaised(display, window)
            context = XCreateGC(display, window, 0, nil)
            XWarpPointer(display, 0, window, 0, 0, 0, 0, Int32(size.width), Int32(size.height))
            XSync(display, 0)
        }
    }

    private let executor: ThreadExecutor
    private let connection: XConnection<Session>
    private let size: ScreenSize
    private var shown = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(displayName: String, size: ScreenSize) async throws {
        executor = try ThreadExecutor(name: "counting")
        self.size = size
        connection = XConnection(displayName: displayName) { Session(display: $0, size: size) }
        try connection.withSession { _ in }
    }

    /// Returns when the server shows the number, with the moment.
    func show(_ number: Int) throws -> ContinuousClock.Instant {
        try connection.withSession { session in
            for bit in 0..<8 where (number ^ shown) >> bit & 1 == 1 {
                XSetForeground(session.display, session.context, number >> bit & 1 == 1 ? 0 : 0xffffff)
                let left = size.width * bit / 8
                let right = size.width * (bit + 1) / 8
                XFillRectangle(
                    session.display, session.window, session.context, Int32(left), 0, UInt32(right - left),
                    UInt32(size.height / 2))
            }
            XSync(session.display, 0)
        }
        shown = number
        return .now
    }
}
