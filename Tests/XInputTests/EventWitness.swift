import AgentCore
import AgentTestSupport
import CX11

/// A client of its own that sees every button and key event: it grabs both devices.
actor EventWitness {
    private let executor = ThreadExecutor(name: "witness")
    private let display: OpaquePointer

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(displayName: String) async throws {
        guard let display = XOpenDisplay(displayName) else { throw AgentError.unavailable("no display") }
        self.display = display
        let root = XDefaultRootWindow(display)
        let mask = UInt32(ButtonPressMask | ButtonReleaseMask)
        XGrabKeyboard(display, root, 0, GrabModeAsync, GrabModeAsync, Time(CurrentTime))
        XGrabPointer(display, root, 0, mask, GrabModeAsync, GrabModeAsync, 0, 0, Time(CurrentTime))
        XSync(display, 0)
    }

    /// What has happened up to and including the event that reads `last`.
    func events(until last: String) async throws -> [String] {
        var events: [String] = []
        guard await eventually(within: .seconds(5), { readEvents(into: &events, until: last) }) else {
            throw AgentError(.timeout, "\(last) did not come, only \(events)")
        }
        return events
    }

    private func readEvents(into events: inout [String], until last: String) -> Bool {
        var event = XEvent()
        while XPending(display) > 0 {
            XNextEvent(display, &event)
            switch event.type {
            case ButtonPress: events.append("button \(event.xbutton.button) down")
            case ButtonRelease: events.append("button \(event.xbutton.button) up")
            case KeyPress: events.append("key \(name(of: &event.xkey)) down")
            case KeyRelease: events.append("key \(name(of: &event.xkey)) up")
            default: break
            }
        }
        return events.last == last
    }

    private func name(of event: inout XKeyEvent) -> String {
        XKeysymToString(XLookupKeysym(&event, 0)).map { String(cString: $0) } ?? "?"
    }

    isolated deinit { XCloseDisplay(display) }
}
