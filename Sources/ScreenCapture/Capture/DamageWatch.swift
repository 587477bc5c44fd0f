import AgentCore
import CX11
import XDisplay

/// Has the X server collect what is drawn on the screen (the DAMAGE extension).
struct DamageWatch {
    /// The event that says there is something to collect.
    let notifyEvent: Int32
    private let display: OpaquePointer
    private let damage: Damage
    private let parts: XserverRegion

    /// Throws `unavailable` when the server lacks DAMAGE or XFIXES.
    init(of root: Window, on display: OpaquePointer) throws(AgentError) {
        var (base, error): (Int32, Int32) = (0, 0)
        var (fixesBase, fixesError): (Int32, Int32) = (0, 0)
        guard XDamageQueryExtension(display, &base, &error) != 0,
            XFixesQueryExtension(display, &fixesBase, &fixesError) != 0
        else {
            throw .unavailable("the X server lacks DAMAGE or XFIXES, which screenshots need")
        }
        self.display = display
        notifyEvent = base + XDamageNotify
        damage = XDamageCreate(display, root, XDamageReportNonEmpty)
        parts = XFixesCreateRegion(display, nil, 0)
    }

    /// What has been drawn on since the last call. One round trip, after which the server has begun to collect anew:
    /// pixels read from here on are of the regions or later.
    func take() -> [ScreenRegion] {
        XDamageSubtract(display, damage, 0, parts)
        var count: Int32 = 0
        guard let rectangles = XFixesFetchRegion(display, parts, &count) else { return [] }
        defer { XFree(rectangles) }
        return UnsafeBufferPointer(start: rectangles, count: Int(count)).map {
            ScreenRegion(x: Int($0.x), y: Int($0.y), width: Int($0.width), height: Int($0.height))
        }
    }
}
