import AgentCore
import CX11
import Glibc
import XDisplay

/// What the agent does with the clipboard on one X connection.
final class ClipboardSession {
    enum Holder {
        case nobody, agent, other
    }

    let display: OpaquePointer
    let offer: ClipboardOffer
    let reader: ClipboardReader
    private let client: SelectionClient
    /// The connection's socket once more: Xlib closes its own when the connection ends, and the watch must end before
    /// the descriptor it is on is closed.
    private let socket: OwnedDescriptor
    private let loop: DescriptorLoop
    private var watch: DescriptorLoop.Watch?

    init(display: OpaquePointer, loop: DescriptorLoop) throws {
        self.display = display
        self.loop = loop
        let descriptor = fcntl(XConnectionNumber(display), F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else {
            throw AgentError.system(errno: errno, operation: "watch", path: "the X connection")
        }
        socket = OwnedDescriptor(owning: descriptor)
        client = SelectionClient(display: display)
        offer = ClipboardOffer(client: client)
        reader = ClipboardReader(client: client)
    }

    deinit {
        if let watch { loop.unwatch(watch) }
    }

    /// When to call `endStalled` next.
    var nextDeadline: ContinuousClock.Instant? {
        [offer.nextDeadline, reader.nextDeadline].compactMap(\.self).min()
    }

    /// Calls `handler` on the loop's thread whenever the server has sent something, or has gone.
    func startWatching(_ handler: @escaping @Sendable () -> Void) throws {
        watch = try loop.watch(socket) { _ in handler() }
    }

    /// Who has the clipboard now.
    func holder() -> Holder {
        guard let owner = client.clipboardOwner else { return .nobody }
        return owner == client.window ? .agent : .other
    }

    /// Reads and answers what has arrived. Must follow all requests that read from the server, since what they leave in
    /// the queue of Xlib wakes nobody up.
    func handleEvents() {
        repeat {
            while XPending(display) > 0 { handleNextEvent() }
            XSync(display, 0)
            // Requests about windows of clients that have ended.
            for error in XErrorHandlers.takeErrors(of: display) { forget(Window(error.resource)) }
        } while XPending(display) > 0
    }

    func endStalled(at now: ContinuousClock.Instant) {
        offer.endStalled(at: now)
        reader.endStalled(at: now)
    }

    private func handleNextEvent() {
        var event = XEvent()
        XNextEvent(display, &event)
        switch event.type {
        case SelectionRequest: offer.handle(event.xselectionrequest)
        case SelectionClear: offer.handle(event.xselectionclear)
        case SelectionNotify: reader.handle(event.xselection)
        case PropertyNotify where event.xproperty.state == PropertyDelete:
            offer.continueAfterDeletion(of: event.xproperty.atom, in: event.xproperty.window)
        case PropertyNotify: reader.continueAfterArrival(in: event.xproperty.window)
        case DestroyNotify: forget(event.xdestroywindow.window)
        default: break
        }
    }

    private func forget(_ window: Window) {
        offer.forget(window)
        reader.forget(window)
    }
}
