import AgentCore
import CX11
import XDisplay

/// Draws on the screen as any client would.
actor Painter {
    private final class Session {
        let display: OpaquePointer
        let window: Window
        let context: GC?

        /// Covers the screen with a black window that no window manager touches.
        init(display: OpaquePointer) {
            self.display = display
            let root = XDefaultRootWindow(display)
            var attributes = XSetWindowAttributes()
            attributes.override_redirect = 1
            let mask = UInt(CWOverrideRedirect | CWBackPixel)
            window = XCreateWindow(display, root, 0, 0, 4000, 4000, 0, 0, UInt32(InputOutput), nil, mask, &attributes)
            XMapWindow(display, window)
            context = XCreateGC(display, window, 0, nil)
            XSync(display, 0)
        }

        /// A pointer that is a square of `size` pixels, its hotspot in the top left corner; unseen without colour.
        func setPointer(size: UInt32, color: (red: UInt16, green: UInt16, blue: UInt16)?) {
            let bitmap = XCreatePixmap(display, window, size, size, 1)
            let bits = XCreateGC(display, bitmap, 0, nil)
            XSetForeground(display, bits, color == nil ? 0 : 1)
            XFillRectangle(display, bitmap, bits, 0, 0, size, size)
            let (red, green, blue) = color ?? (0, 0, 0)
            var foreground = XColor(pixel: 0, red: red, green: green, blue: blue, flags: 0, pad: 0)
            var background = foreground
            let cursor = XCreatePixmapCursor(display, bitmap, bitmap, &foreground, &background, 0, 0)
            XDefineCursor(display, window, cursor)
        }
    }

    private let executor: ThreadExecutor
    private let connection: XConnection<Session>

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(displayName: String) async throws {
        executor = try ThreadExecutor(name: "painter")
        connection = XConnection(displayName: displayName) { Session(display: $0) }
        try connection.withSession { _ in }
    }

    /// - Parameter color: 0xRRGGBB.
    func fill(_ region: ScreenRegion, _ color: UInt) throws {
        try draw { session in
            XSetForeground(session.display, session.context, color)
            XFillRectangle(
                session.display, session.window, session.context, Int32(region.x), Int32(region.y),
                UInt32(region.width), UInt32(region.height))
        }
    }

    /// Gives every pixel of the region a colour of its own.
    func fillWithPattern(_ region: ScreenRegion) throws {
        try draw { session in
            for y in region.y..<(region.y + region.height) {
                for x in region.x..<(region.x + region.width) {
                    XSetForeground(session.display, session.context, UInt(Self.pattern(x, y)))
                    XDrawPoint(session.display, session.window, session.context, Int32(x), Int32(y))
                }
            }
        }
    }

    static func pattern(_ x: Int, _ y: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: (x &* 2_654_435_761 ^ y &* 40_503) & 0xff_ffff)
    }

    func movePointer(to point: ScreenPoint) throws {
        try draw { session in
            let root = XDefaultRootWindow(session.display)
            XWarpPointer(session.display, 0, root, 0, 0, 0, 0, Int32(point.x), Int32(point.y))
        }
    }

    /// Gives the pointer the shape of a filled square of 16 by 16 pixels, its hotspot in the top left corner.
    func setSquarePointer(red: UInt16, green: UInt16, blue: UInt16) throws {
        try draw { $0.setPointer(size: 16, color: (red, green, blue)) }
    }

    func hidePointer() throws {
        try draw { $0.setPointer(size: 1, color: nil) }
    }

    private func draw(_ body: (Session) -> Void) throws {
        try connection.withSession { session in
            body(session)
            XSync(session.display, 0)
        }
    }
}
