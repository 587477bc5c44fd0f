import CX11
import Glibc
import XDisplay

extension InputSession {
    /// The window that keyboard input goes to, if its client answers `_NET_WM_PING` (EWMH); `nil` if it does not.
    func pingableFocusWindow() -> Window? {
        inFocus { answersPing($0) ? $0 : nil }
    }

    /// The process of the window that keyboard input goes to, where that says so (`_NET_WM_PID`).
    func focusedProcess() -> pid_t? {
        inFocus { property(atoms.processID, of: $0, type: Atom(XA_CARDINAL)).first.flatMap { pid_t(exactly: $0) } }
    }

    /// The first result of `find` for the window that keyboard input goes to and those it is in.
    private func inFocus<Result>(_ find: (Window) -> Result?) -> Result? {
        var window = focusWindow() ?? activeWindow() ?? windowUnderPointer()
        while let candidate = window {
            if let result = find(candidate) { return result }
            window = parent(of: candidate)
        }
        _ = XErrorHandlers.takeErrors(of: display)
        return nil
    }

    /// Whether what has the keyboard is a browser built on Chromium, by the name of its windows' class (ICCCM §4.1.2.5).
    func chromiumHasFocus() -> Bool {
        var hint = XClassHint()
        guard let window = pingableFocusWindow(), XGetClassHint(display, window, &hint) != 0 else { return false }
        defer { for name in [hint.res_name, hint.res_class] where name != nil { XFree(name) } }
        return hint.res_class.map { String(cString: $0).lowercased().contains("chrom") } ?? false
    }

    /// Asks the client of `window` for an answer, which it can only give after reading every earlier event. Pongs go
    /// to the root window, to be read by `hasPong`; end with `stopPings()`.
    func sendPing(to window: Window, serial: Int) {
        XSelectInput(display, root, Self.events | SubstructureNotifyMask)
        var event = XEvent()
        event.xclient.type = ClientMessage
        event.xclient.window = window
        event.xclient.message_type = atoms.protocols
        event.xclient.format = 32
        event.xclient.data.l = (Int(atoms.ping), serial, Int(window), 0, 0)
        XSendEvent(display, window, 0, NoEventMask, &event)
        finish()
        _ = XErrorHandlers.takeErrors(of: display)
    }

    /// Reads what has arrived, or arrives within `milliseconds`, until the answer to `serial` is among it.
    func hasPong(serial: Int, within milliseconds: Int32) -> Bool {
        if readPong(serial: serial) { return true }
        var descriptor = pollfd(fd: XConnectionNumber(display), events: Int16(POLLIN), revents: 0)
        let deadline = ContinuousClock.now + .milliseconds(Int(milliseconds))
        while ContinuousClock.now < deadline, poll(&descriptor, 1, milliseconds) > 0, !XErrorHandlers.isLost(display) {
            if readPong(serial: serial) { return true }
        }
        return false
    }

    private func readPong(serial: Int) -> Bool {
        var found = false
        while XPending(display) > 0 {
            let event = nextEvent()
            guard event.type == ClientMessage, event.xclient.message_type == atoms.protocols else { continue }
            found = found || (event.xclient.data.l.0 == Int(atoms.ping) && event.xclient.data.l.1 == serial)
        }
        return found
    }

    func stopPings() {
        XSelectInput(display, root, Self.events)
    }

    private func activeWindow() -> Window? {
        let windows = property(atoms.activeWindow, of: root, type: Atom(XA_WINDOW))
        return windows.first.flatMap { $0 == 0 ? nil : $0 }
    }

    private func focusWindow() -> Window? {
        var (window, revert): (Window, Int32) = (0, 0)
        XGetInputFocus(display, &window, &revert)
        return window == Window(PointerRoot) || window == 0 || window == root ? nil : window
    }

    /// Without a window manager the keyboard usually belongs to whatever is under the pointer.
    private func windowUnderPointer() -> Window? {
        var (rootReturn, child): (Window, Window) = (0, 0)
        var (x, y, windowX, windowY): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        var mask: UInt32 = 0
        XQueryPointer(display, root, &rootReturn, &child, &x, &y, &windowX, &windowY, &mask)
        return child == 0 ? nil : child
    }

    private func answersPing(_ window: Window) -> Bool {
        property(atoms.protocols, of: window, type: Atom(XA_ATOM)).contains(atoms.ping)
    }

    private func parent(of window: Window) -> Window? {
        var (rootReturn, parent): (Window, Window) = (0, 0)
        var children: UnsafeMutablePointer<Window>?
        var count: UInt32 = 0
        guard XQueryTree(display, window, &rootReturn, &parent, &children, &count) != 0 else { return nil }
        if let children { XFree(children) }
        return parent == 0 || parent == rootReturn ? nil : parent
    }

    /// A property that is a list of 32-bit values; empty when the window has none, or is gone.
    private func property(_ name: Atom, of window: Window, type: Atom) -> [UInt] {
        var (actualType, format): (Atom, Int32) = (0, 0)
        var (count, rest): (UInt, UInt) = (0, 0)
        var data: UnsafeMutablePointer<UInt8>?
        XGetWindowProperty(display, window, name, 0, 64, 0, type, &actualType, &format, &count, &rest, &data)
        guard let data else { return [] }
        defer { XFree(data) }
        guard format == 32 else { return [] }
        return data.withMemoryRebound(to: UInt.self, capacity: Int(count)) {
            Array(UnsafeBufferPointer(start: $0, count: Int(count)))
        }
    }
}
