import AgentCore
import CX11
import XDisplay

/// The X side of input: what is needed on one connection to send events with XTEST.
///
/// Requests are only queued by most methods; `finish()` sends them and waits until the server has carried them out.
final class InputSession {
    let display: OpaquePointer
    let root: Window
    let atoms: Atoms
    /// As it was when last asked; `nil` once the server has told that it changed.
    private var knownSize: ScreenSize?
    /// As it was when last read, of one group of the keyboard; `nil` once the server has told that it changed.
    var knownLayout: (group: UInt32, layout: KeyboardLayout)?
    /// By this connection.
    var isPointerHidden = false

    /// Throws `unavailable` when the server lacks XTEST or XKB.
    init(display: OpaquePointer) throws {
        var (opcode, event, error): (Int32, Int32, Int32) = (0, 0, 0)
        var (major, minor): (Int32, Int32) = (XkbMajorVersion, XkbMinorVersion)
        guard XkbQueryExtension(display, &opcode, &event, &error, &major, &minor) != 0 else {
            throw AgentError.unavailable("the X server lacks the XKB extension, which input needs")
        }
        guard XTestQueryExtension(display, &event, &error, &major, &minor) != 0 else {
            throw AgentError.unavailable("the X server lacks the XTEST extension, which input needs")
        }
        self.display = display
        root = XDefaultRootWindow(display)
        atoms = Atoms(display: display)
        XSelectInput(display, root, Self.events)
    }

    /// Asks the server only after it has told of a change.
    func screenSize() throws -> ScreenSize {
        discardEvents()
        if let knownSize { return knownSize }
        let size = try ScreenSize(ofRoot: root, on: display)
        knownSize = size
        return size
    }

    func pointerPosition() -> ScreenPoint { ScreenPoint(ofPointerOn: display, root: root) }

    func movePointer(to point: ScreenPoint) {
        XTestFakeMotionEvent(display, -1, Int32(point.x), Int32(point.y), UInt(CurrentTime))
    }

    func setButton(_ button: PointerButton, isPressed: Bool) {
        XTestFakeButtonEvent(display, button.number, isPressed ? 1 : 0, UInt(CurrentTime))
    }

    func turnWheel(_ direction: WheelDirection) {
        XTestFakeButtonEvent(display, direction.buttonNumber, 1, UInt(CurrentTime))
        XTestFakeButtonEvent(display, direction.buttonNumber, 0, UInt(CurrentTime))
    }

    func setKey(_ keycode: UInt8, isPressed: Bool) {
        XTestFakeKeyEvent(display, UInt32(keycode), isPressed ? 1 : 0, UInt(CurrentTime))
    }

    /// Sends what is queued, and does not wait for the server.
    func flush() {
        XFlush(display)
    }

    func finish() {
        XSync(display, 0)
    }

    /// What is always listened to on the root window: its size.
    static let events = StructureNotifyMask

    /// Reads what has arrived, without a round trip. Each event would stay in Xlib's queue for ever.
    func discardEvents() {
        while XPending(display) > 0 { _ = nextEvent() }
    }

    /// Reads one event, and takes note of a changed keyboard map or screen.
    func nextEvent() -> XEvent {
        var event = XEvent()
        XNextEvent(display, &event)
        if event.type == MappingNotify {
            XRefreshKeyboardMapping(&event.xmapping)
            knownLayout = nil
        }
        if event.type == ConfigureNotify, event.xconfigure.window == root { knownSize = nil }
        return event
    }
}

extension InputSession {
    /// The atoms by which clients say how they can be asked what they have read (EWMH).
    struct Atoms {
        let activeWindow: Atom
        let processID: Atom
        let protocols: Atom
        let ping: Atom

        init(display: OpaquePointer) {
            activeWindow = XInternAtom(display, "_NET_ACTIVE_WINDOW", 0)
            processID = XInternAtom(display, "_NET_WM_PID", 0)
            protocols = XInternAtom(display, "WM_PROTOCOLS", 0)
            ping = XInternAtom(display, "_NET_WM_PING", 0)
        }
    }
}
