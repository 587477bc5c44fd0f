import AgentCore
import AgentTestSupport
import CX11
import XDisplay

/// A client that asks for several forms of the clipboard in one request (ICCCM §2.6.2, MULTIPLE).
actor SelectionRequestor {
    private struct Session {
        let display: OpaquePointer
        let window: Window
    }

    private let executor: ThreadExecutor
    private let connection: XConnection<Session>

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(displayName: String) throws {
        executor = try ThreadExecutor(name: "requestor")
        connection = XConnection(displayName: displayName) { display in
            Session(
                display: display,
                window: XCreateSimpleWindow(display, XDefaultRootWindow(display), 0, 0, 1, 1, 0, 0, 0))
        }
    }

    /// What comes for each target; `nil` for those that are struck out.
    func convert(to targets: [String]) async throws -> [[UInt8]?] {
        try connection.withSession { session in ask(for: targets, session) }
        let isAnswered = try await eventually(within: .seconds(5)) {
            try connection.withSession { session in
                var event = XEvent()
                return XCheckTypedWindowEvent(session.display, session.window, SelectionNotify, &event) != 0
            }
        }
        guard isAnswered else { throw AgentError(.timeout, "nobody answers the requestor") }
        return try connection.withSession { session in
            let pairs = read("PAIRS", session)
            return targets.indices.map { index in
                pairs[index * 16 + 8..<index * 16 + 16].allSatisfy { $0 == 0 } ? nil : read("PART_\(index)", session)
            }
        }
    }

    private func ask(for targets: [String], _ session: Session) {
        let pairs = targets.enumerated().flatMap { [atom($1, session), atom("PART_\($0)", session)] }
        pairs.withUnsafeBytes { bytes in
            _ = XChangeProperty(
                session.display, session.window, atom("PAIRS", session), atom("ATOM_PAIR", session), 32,
                PropModeReplace, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(pairs.count))
        }
        XConvertSelection(
            session.display, atom("CLIPBOARD", session), atom("MULTIPLE", session), atom("PAIRS", session),
            session.window, Time(CurrentTime))
        XFlush(session.display)
    }

    private func read(_ property: String, _ session: Session) -> [UInt8] {
        var type: Atom = 0
        var (format, count, rest): (Int32, UInt, UInt) = (0, 0, 0)
        var data: UnsafeMutablePointer<UInt8>?
        XGetWindowProperty(
            session.display, session.window, atom(property, session), 0, 1000, 0, Atom(AnyPropertyType), &type, &format,
            &count, &rest, &data)
        defer { if let data { XFree(data) } }
        return Array(UnsafeBufferPointer(start: data, count: Int(count) * (format == 32 ? 8 : 1)))
    }

    private func atom(_ name: String, _ session: Session) -> Atom { XInternAtom(session.display, name, 0) }
}
