import AgentCore
import CX11
import CXGuard
import Glibc

/// One connection to an X server that comes back by itself, with whatever its owner sets up on it.
///
/// It opens on first use. When the server dies, the call in progress throws `unavailable`, and the next call opens a
/// new connection and a new `Session`; nothing needs to be restarted. It is confined to the actor that owns it, whose
/// executor must be one thread: no call here may overlap another.
package final class XConnection<Session> {
    private struct Open {
        let display: OpaquePointer
        let session: Session
    }

    /// The name the connection is opened with, such as ":1".
    package let displayName: String
    private let prepare: (OpaquePointer) throws -> Session
    private var open: Open?

    /// - Parameters:
    ///   - displayName: as in `DISPLAY` (`man 7 X`).
    ///   - prepare: makes the session on each newly opened display. The session may keep the display, which is
    ///     closed when the connection is lost or released; a session must not touch it in its `deinit`.
    package init(displayName: String, prepare: @escaping (OpaquePointer) throws -> Session) {
        self.displayName = displayName
        self.prepare = prepare
    }

    deinit { close() }

    /// Runs `body` on the live session, opening one if there is none.
    ///
    /// Throws what `body` throws; `unavailable` when there is no server, it does not answer within a second of being
    /// greeted, or it goes away meanwhile; `internalError` when it refused a request that `body` did not account for
    /// by `XErrorHandlers.takeErrors`.
    package func withSession<Result>(_ body: (Session) throws -> Result) throws -> Result {
        let open = try liveConnection()
        do {
            let result = try body(open.session)
            try check(open.display)
            return result
        } catch {
            if XErrorHandlers.isLost(open.display) { close() }
            throw self.open == nil ? goneError : error
        }
    }

    private var goneError: AgentError { .unavailable("the X server at \(displayName) went away") }

    private func check(_ display: OpaquePointer) throws {
        if XErrorHandlers.isLost(display) { throw goneError }
        let errors = XErrorHandlers.takeErrors(of: display)
        guard errors.isEmpty else {
            throw AgentError.internalError("the X server refused a request", cause: "\(errors)")
        }
    }

    private func liveConnection() throws -> Open {
        if let open, !hasHungUp(open.display) { return open }
        close()
        XErrorHandlers.install()
        let display = try openDisplay()
        XErrorHandlers.watch(display)
        do {
            let opened = Open(display: display, session: try prepare(display))
            try check(display)
            open = opened
            return opened
        } catch {
            let isLost = XErrorHandlers.isLost(display)
            Self.close(display)
            throw isLost ? goneError : error
        }
    }

    private func openDisplay() throws -> OpaquePointer {
        let greeting = try DisplayGreeting(displayName: displayName)
        defer { greeting.end() }
        guard let display = ga_x_open_display(displayName) else {
            throw AgentError.unavailable("the X server at \(displayName) does not accept the agent's connection")
        }
        return OpaquePointer(display)
    }

    /// Whether the server has closed its end: found out without a request, so that the call at hand can still be
    /// made on a new connection (`man 2 poll`: POLLHUP is reported unasked).
    private func hasHungUp(_ display: OpaquePointer) -> Bool {
        var descriptor = pollfd(fd: XConnectionNumber(display), events: 0, revents: 0)
        return poll(&descriptor, 1, 0) > 0
    }

    private func close() {
        guard let display = open?.display else { return }
        open = nil
        Self.close(display)
    }

    private static func close(_ display: OpaquePointer) {
        XCloseDisplay(display)
        XErrorHandlers.forget(display)
    }
}
