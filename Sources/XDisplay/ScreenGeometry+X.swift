import AgentCore
package import CX11

extension ScreenSize {
    /// The present size of the screen that `window` (a root window) covers: one round trip. What the `Display` itself
    /// holds is the size at the time of connecting.
    package init(ofRoot window: Window, on display: OpaquePointer) throws {
        var root: Window = 0
        var (x, y): (Int32, Int32) = (0, 0)
        var (width, height, border, depth): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        guard XGetGeometry(display, window, &root, &x, &y, &width, &height, &border, &depth) != 0 else {
            throw AgentError.unavailable("the X server does not tell the size of its screen")
        }
        self.init(width: Int(width), height: Int(height))
    }
}

extension ScreenPoint {
    /// Where the pointer is now: one round trip.
    package init(ofPointerOn display: OpaquePointer, root: Window) {
        var (rootReturn, child): (Window, Window) = (0, 0)
        var (x, y, windowX, windowY): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        var mask: UInt32 = 0
        _ = XQueryPointer(display, root, &rootReturn, &child, &x, &y, &windowX, &windowY, &mask)
        self.init(x: Int(x), y: Int(y))
    }
}
