import AgentCore
import CX11

/// Reads the text that another client has in the clipboard, in pieces if it comes so (ICCCM §2.4, §2.7.2).
///
/// One reading at a time, since there are programs that mix up two. Whoever asks meanwhile waits for its end, and then
/// all who wait share the next one: nobody gets a text from before asking.
final class ClipboardReader {
    typealias Ending = (id: UInt64, result: Result<String, AgentError>)

    private struct Reading {
        var ids: [UInt64]
        let window: Window
        let owner: Window
        /// Forms of text that have not been refused yet, the one asked for first.
        var targets: ArraySlice<Atom>
        /// Whether the owner has answered for the first of them.
        var isAnswered = false
        var isIncremental = false
        var type = ClipboardAtoms.none
        var bytes: [UInt8] = []
        var deadline = ContinuousClock.now + ClipboardReader.patience
        let end = ContinuousClock.now + ClipboardReader.longestReading
    }

    /// An owner that gives nothing for so long is taken for dead.
    private static let patience = Duration.seconds(3)
    /// However much it gives.
    private static let longestReading = Duration.seconds(60)
    /// Bytes.
    private static let longestText = 64 * 1024 * 1024

    private let client: SelectionClient
    private let unanswered: UnansweredWindows
    private var reading: Reading?
    private var waiting: [UInt64] = []
    private var endings: [Ending] = []
    private var atoms: ClipboardAtoms { client.atoms }

    init(client: SelectionClient) {
        self.client = client
        unanswered = UnansweredWindows(client: client)
    }

    var nextDeadline: ContinuousClock.Instant? { reading.map { min($0.deadline, $0.end) } }

    /// What has ended since this was last asked.
    func takeEndings() -> [Ending] {
        defer { endings = [] }
        return endings
    }

    /// Asks for the text. It comes out of `takeEndings`.
    func read(id: UInt64) {
        waiting.append(id)
        startNext()
    }

    /// Nothing will come out for `id`.
    func cancel(id: UInt64) {
        waiting.removeAll { $0 == id }
        reading?.ids.removeAll { $0 == id }
        if reading?.ids.isEmpty == true { end(.success("")) }
    }

    /// The owner has answered: with a property that holds the text or announces its pieces, or with none.
    func handle(_ event: XSelectionEvent) {
        unanswered.dispose(event.requestor)
        guard let reading, event.requestor == reading.window, !reading.isAnswered else { return }
        self.reading?.isAnswered = true
        guard event.property != ClipboardAtoms.none, let value = takeArrival() else {
            self.reading?.targets = reading.targets.dropFirst()
            ask()
            return
        }
        if value.type == atoms.increment {
            self.reading?.isIncremental = true
        } else if append(value) {
            succeed()
        }
    }

    /// A property of one of our windows has a new value.
    func continueAfterArrival(in window: Window) {
        guard let reading, window == reading.window, reading.isIncremental, let value = takeArrival() else { return }
        if value.bytes.isEmpty {
            succeed()
        } else {
            _ = append(value)
        }
    }

    /// A window that may be the owner's is gone.
    func forget(_ window: Window) {
        if reading?.owner == window {
            end(.failure(.unavailable("the program that had the clipboard ended before it gave the text; try again")))
        }
        unanswered.forget(owner: window)
    }

    /// Gives up an owner that stalls, for those too who wait for the next reading.
    func endStalled(at now: ContinuousClock.Instant) {
        guard let nextDeadline, nextDeadline <= now else { return }
        reading?.ids += waiting
        waiting = []
        end(.failure(.unavailable("the program that has the clipboard does not give the text; copy it again")))
    }

    private func startNext() {
        guard reading == nil, !waiting.isEmpty else { return }
        let ids = waiting
        waiting = []
        guard let owner = client.clipboardOwner else {
            endings += ids.map { ($0, .success("")) }
            return
        }
        client.startWatching(owner)
        reading = Reading(ids: ids, window: client.makeWindow(), owner: owner, targets: atoms.wanted[...])
        ask()
    }

    /// Asks for the best form that is left; a clipboard without any has no text.
    private func ask() {
        guard let reading, let target = reading.targets.first else { return succeed() }
        self.reading?.isAnswered = false
        self.reading?.deadline = .now + Self.patience
        XConvertSelection(client.display, atoms.clipboard, target, atoms.arrival, reading.window, Time(CurrentTime))
    }

    private func takeArrival() -> SelectionClient.Value? {
        reading?.deadline = .now + Self.patience
        return reading.flatMap { client.take(atoms.arrival, of: $0.window, limit: Self.longestText) }
    }

    /// Returns whether the reading goes on.
    private func append(_ value: SelectionClient.Value) -> Bool {
        guard !value.isCut, (reading?.bytes.count ?? 0) + value.bytes.count <= Self.longestText else {
            end(.failure(AgentError(.tooLarge, "the clipboard holds more than \(Self.longestText) bytes of text")))
            return false
        }
        reading?.type = value.type
        reading?.bytes += value.bytes
        return true
    }

    private func succeed() {
        guard let reading else { return }
        let isLatin1 = reading.type == atoms.latin1
        end(.success(isLatin1 ? reading.bytes.latin1Text : String(decoding: reading.bytes, as: UTF8.self)))
    }

    private func end(_ result: Result<String, AgentError>) {
        guard let ended = reading else { return }
        endings += ended.ids.map { ($0, result) }
        reading = nil
        unanswered.add(ended.window, owner: ended.owner)
        if ended.isAnswered { unanswered.dispose(ended.window) }
        startNext()
    }
}

extension [UInt8] {
    fileprivate var latin1Text: String {
        String(String.UnicodeScalarView(map { Unicode.Scalar($0) }))
    }
}
