import AgentCore
import AgentTestSupport
import CX11
import XDisplay

@testable import XInput

/// A client with the keyboard focus that answers `_NET_WM_PING`, reads one event a time and is slow about it.
actor PingingClient {
    private final class Session {
        let display: OpaquePointer
        let window: Window
        let protocols: Atom
        let ping: Atom

        init(display: OpaquePointer) {
            self.display = display
            window = XCreateSimpleWindow(display, XDefaultRootWindow(display), 0, 0, 100, 100, 0, 0, 0)
            protocols = XInternAtom(display, "WM_PROTOCOLS", 0)
            ping = XInternAtom(display, "_NET_WM_PING", 0)
            var supported = [ping]
            XSetWMProtocols(display, window, &supported, 1)
            XSelectInput(display, window, KeyPressMask)
            XMapWindow(display, window)
            XSync(display, 0)
            XSetInputFocus(display, window, RevertToParent, Time(CurrentTime))
            XSync(display, 0)
        }
    }

    private let executor: ThreadExecutor
    private let connection: XConnection<Session>
    /// What has been typed.
    private(set) var text = ""
    private(set) var pings = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(displayName: String) async throws {
        executor = try ThreadExecutor(name: "pinging")
        connection = XConnection(displayName: displayName) { Session(display: $0) }
        try connection.withSession { _ in }
    }

    /// Reads events until cancelled, with a pause of `pause` after each.
    func run(pause: Duration) async {
        while !Task.isCancelled {
            try? connection.withSession { handleNextEvent(on: $0) }
            try? await Task.sleep(for: pause)
        }
    }

    private func handleNextEvent(on session: Session) {
        guard XPending(session.display) > 0 else { return }
        var event = XEvent()
        XNextEvent(session.display, &event)
        switch event.type {
        case MappingNotify: XRefreshKeyboardMapping(&event.xmapping)
        case KeyPress: append(event.xkey, on: session)
        case ClientMessage where event.xclient.data.l.0 == Int(session.ping): answer(event, on: session)
        default: break
        }
    }

    private func append(_ event: XKeyEvent, on session: Session) {
        var (keysym, consumed): (KeySym, UInt32) = (0, 0)
        XkbLookupKeySym(session.display, KeyCode(event.keycode), event.state, &consumed, &keysym)
        if let scalar = Keysym(keysym).scalar { text.unicodeScalars.append(scalar) }
    }

    private func answer(_ question: XEvent, on session: Session) {
        pings += 1
        let root = XDefaultRootWindow(session.display)
        var event = question
        event.xclient.window = root
        XSendEvent(session.display, root, 0, SubstructureNotifyMask | SubstructureRedirectMask, &event)
        XFlush(session.display)
    }
}
