import AgentCore
import CX11
import XDisplay

/// Draws on the screen as any client would.
actor Painter {
    private let executor = ThreadExecutor(name: "painter")
    private let display: OpaquePointer
    private let window: Window
    private let context: GC

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Covers the screen with a black window that no window manager touches.
    init(displayName: String) async throws {
        guard let display = XOpenDisplay(displayName) else { throw AgentError.unavailable("no display") }
        self.display = display
        let root = XDefaultRootWindow(display)
        var attributes = XSetWindowAttributes()
        attributes.override_redirect = 1
        window = XCreateWindow(
            display, root, 0, 0, 4000, 4000, 0, 0, UInt32(InputOutput), nil, UInt(CWOverrideRedirect), &attributes)
        XMapWindow(display, window)
        context = XCreateGC(display, window, 0, nil)
        XSync(display, 0)
    }

    /// - Parameter color: 0xRRGGBB.
    func fill(_ region: ScreenRegion, _ color: UInt) {
        XSetForeground(display, context, color)
        XFillRectangle(
            display, window, context, Int32(region.x), Int32(region.y), UInt32(region.width), UInt32(region.height))
        XSync(display, 0)
    }

    /// Gives every pixel of the region a colour of its own.
    func fillWithPattern(_ region: ScreenRegion) {
        for y in region.y..<(region.y + region.height) {
            for x in region.x..<(region.x + region.width) {
                XSetForeground(display, context, UInt(Self.pattern(x, y)))
                XDrawPoint(display, window, context, Int32(x), Int32(y))
            }
        }
        XSync(display, 0)
    }

    static func pattern(_ x: Int, _ y: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: (x &* 2_654_435_761 ^ y &* 40_503) & 0xff_ffff)
    }

    func movePointer(to point: ScreenPoint) {
        XWarpPointer(display, 0, XDefaultRootWindow(display), 0, 0, 0, 0, Int32(point.x), Int32(point.y))
        XSync(display, 0)
    }

    /// Gives the pointer the shape of a filled square of 16 by 16 pixels, its hotspot in the top left corner.
    func setSquarePointer(red: UInt16, green: UInt16, blue: UInt16) {
        let bitmap = XCreatePixmap(display, window, 16, 16, 1)
        let bits = XCreateGC(display, bitmap, 0, nil)
        XSetForeground(display, bits, 1)
        XFillRectangle(display, bitmap, bits, 0, 0, 16, 16)
        var color = XColor(pixel: 0, red: red, green: green, blue: blue, flags: 0, pad: 0)
        var same = color
        XDefineCursor(display, window, XCreatePixmapCursor(display, bitmap, bitmap, &color, &same, 0, 0))
        XSync(display, 0)
    }

    /// Takes the pointer off the picture.
    func hidePointer() {
        movePointer(to: ScreenPoint(x: 799, y: 599))
        let bitmap = XCreatePixmap(display, window, 1, 1, 1)
        let bits = XCreateGC(display, bitmap, 0, nil)
        XSetForeground(display, bits, 0)
        XFillRectangle(display, bitmap, bits, 0, 0, 1, 1)
        var color = XColor()
        var same = color
        XDefineCursor(display, window, XCreatePixmapCursor(display, bitmap, bitmap, &color, &same, 0, 0))
        XSync(display, 0)
    }

    isolated deinit { XCloseDisplay(display) }
}
