import Glibc

/// Events that were taken from the kernel and have not been looked into, in order.
///
/// It knows of the second halves of renames before their turn comes. The kernel queues the halves one right after the
/// other, but not as one: those of another thread may stand between, and the second may come a moment later.
struct EventBacklog {
    /// How long after it was read the first half of a rename waits for the second: many times what the kernel takes.
    static let pairingTime = Duration.milliseconds(2)

    struct Destination {
        let watch: Int32
        let name: [UInt8]
    }

    private struct Share {
        var events: ArraySlice<InotifyEvent>
        let takenAt: ContinuousClock.Instant
    }

    private var shares: [Share] = []
    private var destinations: [UInt32: Destination] = [:]
    /// How many bytes of what was ever read have been passed.
    private(set) var position: UInt64 = 0

    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        let events = InotifyEvent.events(in: bytes)
        for event in events where event.has(IN_MOVED_TO) {
            destinations[event.cookie] = Destination(watch: event.watch, name: event.name)
        }
        shares.append(Share(events: events[...], takenAt: .now))
    }

    /// Where the file goes whose leaving is told under `cookie`, if that is known.
    func destination(for cookie: UInt32) -> Destination? { destinations[cookie] }

    /// Takes out the next event; `nil` when there is none, and while it has to wait for its other half.
    mutating func next() -> InotifyEvent? {
        guard let event = shares.first?.events.first, mayPass(event) else { return nil }
        shares[0].events.removeFirst()
        if shares[0].events.isEmpty { shares.removeFirst() }
        if event.has(IN_MOVED_TO) { destinations[event.cookie] = nil }
        position += UInt64(event.size)
        return event
    }

    var isEmpty: Bool { shares.isEmpty }

    private func mayPass(_ event: InotifyEvent) -> Bool {
        guard event.has(IN_MOVED_FROM), destinations[event.cookie] == nil, let share = shares.first else { return true }
        return .now - share.takenAt >= Self.pairingTime
    }
}
