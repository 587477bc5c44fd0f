import AgentCore
import Synchronization

/// One watch: events come out of the kernel on the thread of the loop, are looked into on the blocking pool, and wait in
/// the journal for readers.
final class FileWatch: Sendable {
    let journal: EventJournal
    private let intake: WatchIntake
    private let loop: DescriptorLoop
    private let blocking: BlockingPool
    /// `nil` once ended. Locked by whoever attends, and then by one at a time.
    private let tracker = Mutex<ChangeTracker?>(nil)

    private enum Progress {
        /// There is more to do.
        case more
        /// The other half of a rename is waited for.
        case waiting
        case idle
        case ended
    }

    /// Watches from now on. Blocks.
    ///
    /// - Throws: `notFound`; `permissionDenied`; `resourceExhausted` when the kernel gives no more watches.
    init(
        _ path: FilePath, isRecursive: Bool, limits: EventJournal.Limits, loop: DescriptorLoop, blocking: BlockingPool
    ) throws(AgentError) {
        let root = try WatchRoot(resolving: path)
        let inotify = try InotifyInstance()
        journal = EventJournal(root: root.shown, limits: limits)
        intake = WatchIntake(inotify, loop: loop)
        self.loop = loop
        self.blocking = blocking
        try intake.start { [weak self] in self?.attendLater() }
        do throws(AgentError) {
            let drain: @Sendable () -> UInt64 = { [intake] in intake.drain() }
            let tracker = try ChangeTracker(root, isRecursive: isRecursive, in: inotify, drain: drain)
            self.tracker.withLock { $0 = tracker }
        } catch {
            intake.stop()
            throw error
        }
        attend()
    }

    /// Ends all readers and gives everything back. Blocks.
    func end() {
        journal.close()
        intake.stop()
        tracker.withLock { $0 = nil }
    }

    private func attendLater() {
        blocking.start { [weak self] in self?.attend() }
    }

    private func attend() {
        switch tracker.withLock({ advance(&$0) }) {
        case .more: attendLater()
        case .waiting: loop.schedule(after: EventBacklog.pairingTime) { [weak self] in self?.attendLater() }
        case .idle: return
        case .ended:
            journal.complete()
            intake.stop()
        }
    }

    private func advance(_ tracker: inout ChangeTracker?) -> Progress {
        tracker?.backlog.append(intake.take())
        while tracker?.advance() ?? false { publish(&tracker) }
        publish(&tracker)
        guard let hasEnded = tracker?.hasEnded, !hasEnded else {
            tracker = nil
            return .ended
        }
        guard tracker?.backlog.isEmpty ?? true else { return .waiting }
        guard intake.rest() else { return .more }
        tracker?.settle()
        return .idle
    }

    private func publish(_ tracker: inout ChangeTracker?) {
        journal.append(tracker?.output ?? [])
        tracker?.output = []
    }
}
