import CX11

/// The windows that a window manager keeps as large as the screen (EWMH, "_NET_WM_STATE").
struct MaximisedWindows {
    private let display: OpaquePointer
    private let root: Window
    private let clientList: Atom
    private let state: Atom
    private let fillingStates: Set<Atom>

    init(display: OpaquePointer, root: Window) {
        self.display = display
        self.root = root
        clientList = XInternAtom(display, "_NET_CLIENT_LIST", 0)
        state = XInternAtom(display, "_NET_WM_STATE", 0)
        let names = ["_NET_WM_STATE_MAXIMIZED_HORZ", "_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_FULLSCREEN"]
        fillingStates = Set(names.map { (name: String) in XInternAtom(display, name, 0) })
    }

    /// Those the window manager looks after, maximised or not.
    var all: [Window] { atoms(clientList, of: root, type: Atom(XA_WINDOW)) }

    /// Whether all of them have the size of the screen, or their least where that is larger; true when there are none.
    func fill(_ size: ScreenSize) -> Bool {
        let followed = all.allSatisfy { window in
            guard !fillingStates.isDisjoint(with: atoms(state, of: window, type: Atom(XA_ATOM))) else { return true }
            return (try? ScreenSize(ofRoot: window, on: display)).map { $0 == attainable(size, of: window) } ?? true
        }
        // A window may go while it is asked about.
        _ = XErrorHandlers.takeErrors(of: display)
        return followed
    }

    /// A window may refuse to become as small (ICCCM, "WM_NORMAL_HINTS").
    private func attainable(_ size: ScreenSize, of window: Window) -> ScreenSize {
        var (hints, supplied) = (XSizeHints(), 0)
        guard XGetWMNormalHints(display, window, &hints, &supplied) != 0, hints.flags & PMinSize != 0 else {
            return size
        }
        return ScreenSize(
            width: max(size.width, Int(hints.min_width)), height: max(size.height, Int(hints.min_height)))
    }

    /// A property that lists atoms or windows; empty when there is none.
    private func atoms(_ property: Atom, of window: Window, type: Atom) -> [Atom] {
        var (actualType, format): (Atom, Int32) = (0, 0)
        var (count, left): (UInt, UInt) = (0, 0)
        var data: UnsafeMutablePointer<UInt8>?
        XGetWindowProperty(
            display, window, property, 0, 1024, 0, type, &actualType, &format, &count, &left, &data)
        guard let data else { return [] }
        defer { XFree(data) }
        guard actualType == type, format == 32 else { return [] }
        // Xlib hands 32-bit items out as longs.
        return data.withMemoryRebound(to: Atom.self, capacity: Int(count)) {
            Array(UnsafeBufferPointer(start: $0, count: Int(count)))
        }
    }
}
