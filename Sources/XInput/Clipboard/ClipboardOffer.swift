import AgentCore
import CX11

/// The text that the agent has in the clipboard, given to whoever asks for it.
///
/// Several clients may be taking it at the same time. One that has begun gets the text as it was then, also when the
/// clipboard has another by now.
final class ClipboardOffer {
    private struct Text {
        /// UTF-8.
        let bytes: [UInt8]
        let time: Time
    }

    /// How often to try again when another client has copied something in the same moment.
    private static let attempts = 3

    private let client: SelectionClient
    private var text: Text?
    /// Whether a client has asked for the present text itself, not only what forms of it there are.
    private(set) var isTaken = false
    /// Whether there was another question after that.
    private(set) var isAskedAbout = false
    /// When a client has last asked for anything.
    private(set) var lastRequest = ContinuousClock.now
    private var outgoing: [OutgoingText.Destination: OutgoingText] = [:]
    private var atoms: ClipboardAtoms { client.atoms }

    init(client: SelectionClient) { self.client = client }

    /// The text, in UTF-8; `nil` when another client has copied something since.
    var bytes: [UInt8]? { text?.bytes }

    /// When the next client will have shown no interest for long enough.
    var nextDeadline: ContinuousClock.Instant? { outgoing.values.map(\.deadline).min() }

    /// Whether a client has taken the text and asked nothing more for `patience`; for `longer` where it has had no
    /// question behind it.
    func isDone(after patience: Duration, orWithout longer: Duration) -> Bool {
        isTaken && lastRequest + (isAskedAbout ? patience : longer) < .now
    }

    /// Takes the clipboard.
    ///
    /// - Parameter bytes: UTF-8.
    /// - Throws: `unavailable` when other clients keep taking it.
    func offer(_ bytes: [UInt8]) throws {
        for _ in 0..<Self.attempts {
            let time = client.serverTime()
            if client.takeClipboard(at: time) {
                text = Text(bytes: bytes, time: time)
                (isTaken, isAskedAbout) = (false, false)
                return
            }
        }
        throw AgentError.unavailable("other programs keep taking the clipboard; try again")
    }

    /// Another client has copied something.
    func handle(_ event: XSelectionClearEvent) {
        guard event.selection == atoms.clipboard, let text else { return }
        // It may tell of the time before the present text. The clock of the server wraps round.
        if Int32(truncatingIfNeeded: event.time) &- Int32(truncatingIfNeeded: text.time) >= 0 { self.text = nil }
    }

    /// Answers a client that asks for the clipboard.
    func handle(_ request: XSelectionRequestEvent) {
        lastRequest = .now
        isAskedAbout = isTaken
        // Obsolete clients name no property (ICCCM §2.2).
        let property = request.property == ClipboardAtoms.none ? request.target : request.property
        let destination = OutgoingText.Destination(window: request.requestor, property: property)
        let isGiven =
            request.target == atoms.multiple ? giveSeveral(to: destination) : give(request.target, to: destination)
        var event = XEvent()
        event.xselection.type = SelectionNotify
        event.xselection.requestor = request.requestor
        event.xselection.selection = request.selection
        event.xselection.target = request.target
        event.xselection.property = isGiven ? property : ClipboardAtoms.none
        event.xselection.time = request.time
        XSendEvent(client.display, request.requestor, 0, NoEventMask, &event)
    }

    /// A client has deleted a property, and so wants the next piece.
    func continueAfterDeletion(of property: Atom, in window: Window) {
        let destination = OutgoingText.Destination(window: window, property: property)
        guard let piece = outgoing[destination]?.nextPiece(), let type = outgoing[destination]?.type else { return }
        client.put(piece, as: type, into: property, of: window)
        if piece.isEmpty { end(destination) }
    }

    /// The window of a client that may be taking the text is gone.
    func forget(_ window: Window) {
        for destination in outgoing.keys where destination.window == window { end(destination) }
    }

    /// Forgets clients that have stopped taking.
    func endStalled(at now: ContinuousClock.Instant) {
        for (destination, text) in outgoing where text.deadline <= now { end(destination) }
    }

    /// Returns whether there is such a form of the text.
    private func give(_ target: Atom, to destination: OutgoingText.Destination) -> Bool {
        guard let text else { return false }
        switch target {
        case atoms.targets:
            client.put(atoms.offered, as: Atom(XA_ATOM), into: destination.property, of: destination.window)
        case atoms.timestamp:
            client.put([UInt(text.time)], as: Atom(XA_INTEGER), into: destination.property, of: destination.window)
        case atoms.utf8, atoms.plainTextUTF8, atoms.plainText: send(text.bytes, as: target, to: destination)
        case atoms.text: send(text.bytes, as: atoms.utf8, to: destination)
        case atoms.latin1: send(text.bytes.utf8AsLatin1, as: target, to: destination)
        default: return false
        }
        return true
    }

    /// MULTIPLE: the property holds pairs of target and property; what cannot be given is struck out in it.
    private func giveSeveral(to destination: OutgoingText.Destination) -> Bool {
        guard let list = client.take(destination.property, of: destination.window, limit: 4096), list.format == 32
        else { return false }
        var items = list.bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<Atom>.size).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: Atom.self)
            }
        }
        for index in stride(from: 0, to: items.count - 1, by: 2) {
            let part = OutgoingText.Destination(window: destination.window, property: items[index + 1])
            if !give(items[index], to: part) { items[index + 1] = ClipboardAtoms.none }
        }
        client.put(items, as: atoms.atomPair, into: destination.property, of: destination.window)
        return true
    }

    private func send(_ bytes: [UInt8], as type: Atom, to destination: OutgoingText.Destination) {
        end(destination)
        isTaken = true
        guard bytes.count > OutgoingText.pieceSize else {
            client.put(bytes, as: type, into: destination.property, of: destination.window)
            return
        }
        outgoing[destination] = OutgoingText(bytes, as: type)
        client.startWatching(destination.window)
        client.put([UInt(bytes.count)], as: atoms.increment, into: destination.property, of: destination.window)
    }

    private func end(_ destination: OutgoingText.Destination) {
        if outgoing.removeValue(forKey: destination) != nil { client.stopWatching(destination.window) }
    }
}

extension [UInt8] {
    /// UTF-8 as Latin-1, with question marks for what that lacks.
    fileprivate var utf8AsLatin1: [UInt8] {
        String(decoding: self, as: UTF8.self).unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }
    }
}
