import AgentCore
import XDisplay

/// The clipboard of the display (the CLIPBOARD selection), text only.
///
/// What is written is kept here and given to every program that pastes it, until another program copies something. It
/// owns one X connection on one thread of its own, which also answers while no call is under way. The connection is
/// opened on first use and again after the X server has been away (calls throw `unavailable` meanwhile); what was in
/// the clipboard then is there again.
package actor Clipboard {
    /// While there is no X server to put the text back to.
    private static let reconnectInterval = Duration.seconds(1)
    /// Chromium asks several times what forms of a text there are, the last times after it has taken it, and pastes
    /// nothing when the clipboard has changed in between.
    private static let questions = Duration.milliseconds(200)
    /// For programs that do not.
    private static let noQuestions = Duration.milliseconds(800)
    private static let lookInterval = Duration.milliseconds(5)

    private let loop: DescriptorLoop
    private let connection: XConnection<ClipboardSession>
    private var session: ClipboardSession?
    /// The text in the clipboard if it is ours, in UTF-8.
    private var owned: [UInt8]?
    private var readers: [UInt64: CheckedContinuation<String, any Error>] = [:]
    private var lastReader: UInt64 = 0
    private var alarm: (deadline: ContinuousClock.Instant, timer: DescriptorLoop.Timer)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// - Parameter displayName: as in `DISPLAY`, for example ":1". Nothing is opened yet.
    /// - Throws: `AgentError` when the process is out of descriptors or memory.
    package init(displayName: String) throws {
        let loop = try DescriptorLoop(name: "x-clipboard")
        self.loop = loop
        connection = XConnection(displayName: displayName) { try ClipboardSession(display: $0, loop: loop) }
    }

    /// Puts a text into the clipboard.
    ///
    /// Throws `unavailable` without an X server.
    package func write(_ text: String) throws {
        try withSession { try $0.offer.offer(Array(text.utf8)) }
    }

    /// The text in the clipboard, whoever has put it there; empty when there is none. Bytes that are not UTF-8 come out
    /// as U+FFFD.
    ///
    /// Throws `unavailable` without an X server and when the program that has the text ends meanwhile, gives nothing for
    /// 3 seconds or is not done after 60; `tooLarge` above 64 MiB; `CancellationError` when the task is cancelled.
    package func read() async throws -> String {
        switch try withSession({ $0.holder() }) {
        case .nobody: return ""
        case .agent: return String(decoding: owned ?? [], as: UTF8.self)
        case .other: return try await readFromOther()
        }
    }

    /// Whether a program takes the text written last, and asks for nothing more, waiting for it for some time.
    ///
    /// Throws `unavailable` without an X server, `CancellationError` when the task is cancelled.
    package func isTaken(within patience: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + patience
        while try !withSession({ $0.offer.isDone(after: Self.questions, orWithout: Self.noQuestions) }) {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: Self.lookInterval)
        }
        return true
    }

    private func readFromOther() async throws -> String {
        try Task.checkCancellation()
        lastReader += 1
        let id = lastReader
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { start($0, id: id) }
        } onCancel: {
            loop.schedule(after: .zero) { self.assumeIsolated { $0.cancel(id) } }
        }
    }

    private func start(_ reader: CheckedContinuation<String, any Error>, id: UInt64) {
        readers[id] = reader
        do {
            try withSession { $0.reader.read(id: id) }
        } catch {
            readers.removeValue(forKey: id)?.resume(throwing: error)
        }
    }

    private func cancel(_ id: UInt64) {
        guard let reader = readers.removeValue(forKey: id) else { return }
        reader.resume(throwing: CancellationError())
        try? withSession { $0.reader.cancel(id: id) }
    }

    /// Runs `body` on the live session, and then all that other clients have asked for meanwhile.
    private func withSession<Result>(_ body: (ClipboardSession) throws -> Result) throws -> Result {
        do {
            let result = try connection.withSession { current in
                if current !== session { try adopt(current) }
                defer { current.handleEvents() }
                return try body(current)
            }
            settle()
            return result
        } catch {
            if let session, XErrorHandlers.isLost(session.display) { lose(error) }
            settle()
            throw error
        }
    }

    /// Goes on with a new connection, and gives it the text of the one before.
    private func adopt(_ new: ClipboardSession) throws {
        lose(AgentError.unavailable("the X server at \(connection.displayName) went away"))
        if let owned { try new.offer.offer(owned) }
        try new.startWatching { [weak self] in self?.assumeIsolated { $0.answer() } }
        session = new
    }

    private func lose(_ error: any Error) {
        session = nil
        for reader in readers.values { reader.resume(throwing: error) }
        readers = [:]
    }

    /// Looks what has come of the events.
    private func settle() {
        if let session {
            owned = session.offer.bytes
            for (id, result) in session.reader.takeEndings() {
                readers.removeValue(forKey: id)?.resume(with: result.mapError { $0 })
            }
        }
        setAlarm()
    }

    /// On a connection that has gone, tries to open a new one.
    private func answer() {
        // Whoever waits has been told by `lose`, and the alarm tries again.
        try? withSession { $0.endStalled(at: .now) }
    }

    /// Wakes up for the next client that stalls, or to give the text to an X server that has come back.
    private func setAlarm() {
        let next = session.map(\.nextDeadline) ?? owned.map { _ in .now + Self.reconnectInterval }
        if let alarm {
            if let next, alarm.deadline <= next { return }
            loop.cancel(alarm.timer)
        }
        alarm = next.map { deadline in
            let timer = loop.schedule(after: deadline - .now) { [weak self] in self?.assumeIsolated { $0.ring() } }
            return (deadline, timer)
        }
    }

    private func ring() {
        alarm = nil
        answer()
    }
}
