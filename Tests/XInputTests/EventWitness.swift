import AgentCore
import AgentTestSupport
import CX11
import XDisplay

/// A client of its own that sees every button and key event: it grabs both devices.
actor EventWitness {
    private final class Session {
        let display: OpaquePointer

        init(display: OpaquePointer) {
            self.display = display
            let root = XDefaultRootWindow(display)
            let mask = UInt32(ButtonPressMask | ButtonReleaseMask)
            XGrabKeyboard(display, root, 0, GrabModeAsync, GrabModeAsync, Time(CurrentTime))
            XGrabPointer(display, root, 0, mask, GrabModeAsync, GrabModeAsync, 0, 0, Time(CurrentTime))
            XSync(display, 0)
        }
    }

    private let executor: ThreadExecutor
    private let connection: XConnection<Session>

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(displayName: String) async throws {
        executor = try ThreadExecutor(name: "witness")
        connection = XConnection(displayName: displayName) { Session(display: $0) }
        try connection.withSession { _ in }
    }

    /// What has happened up to and including the event that reads `last`.
    func events(until last: String) async throws -> [String] {
        var events: [String] = []
        guard try await eventually(within: .seconds(5), { try readEvents(into: &events, until: last) }) else {
            throw AgentError(.timeout, "\(last) did not come, only \(events)")
        }
        return events
    }

    private func readEvents(into events: inout [String], until last: String) throws -> Bool {
        try connection.withSession { session in
            var event = XEvent()
            while XPending(session.display) > 0 {
                XNextEvent(session.display, &event)
                if let line = Self.describe(&event) { events.append(line) }
            }
        }
        return events.last == last
    }

    private static func describe(_ event: inout XEvent) -> String? {
        switch event.type {
        case ButtonPress: "button \(event.xbutton.button) down"
        case ButtonRelease: "button \(event.xbutton.button) up"
        case KeyPress: "key \(name(of: &event.xkey)) down"
        case KeyRelease: "key \(name(of: &event.xkey)) up"
        default: nil
        }
    }

    private static func name(of event: inout XKeyEvent) -> String {
        XKeysymToString(XLookupKeysym(&event, 0)).map { String(cString: $0) } ?? "?"
    }
}
