import AgentCore
import AgentTestSupport
import Glibc
import NIOPosix
import Testing

@testable import FSService

@Suite("Watches", .timeLimit(.minutes(1)))
struct WatchTests {
    private let scratch = ScratchDirectory()

    private static func overflow() -> [UInt8] {
        // `wd`, `mask`, `cookie` and `len` of `inotify_event`.
        [UInt32(bitPattern: -1), UInt32(IN_Q_OVERFLOW), 0, 0].withUnsafeBytes { Array($0) }
    }

    private func tracker(_ intake: inout InotifyInstance?) throws -> ChangeTracker {
        let inotify = try InotifyInstance()
        intake = inotify
        return try ChangeTracker(
            WatchRoot(resolving: FilePath(scratch.path)), isRecursive: true, in: inotify, drain: { 0 })
    }

    /// What there is to tell, as `CREATE /path`.
    private func told(_ tracker: inout ChangeTracker) -> [String] {
        while tracker.advance() {}
        defer { tracker.output = [] }
        return tracker.output.map { "\($0.kind) \($0.path.description.dropFirst(scratch.path.count))" }
    }

    private func readEvents(_ tracker: inout ChangeTracker, from inotify: InotifyInstance?) {
        var bytes: [UInt8] = []
        inotify?.read(into: &bytes, limit: 1 << 20)
        tracker.backlog.append(bytes)
    }

    @Test("when the kernel has dropped events, that is told, and new directories are found")
    func kernelOverflow() throws {
        mkdir(scratch["known"], 0o755)
        var inotify: InotifyInstance?
        var tracker = try tracker(&inotify)
        mkdir(scratch["known/new"], 0o755)
        scratch.create("known/new/file")
        var lost: [UInt8] = []
        inotify?.read(into: &lost, limit: 1 << 20)
        #expect(!lost.isEmpty)
        tracker.backlog.append(Self.overflow())
        #expect(told(&tracker) == ["overflow ", "create /known/new", "create /known/new/file"])
        scratch.create("known/new/later")
        readEvents(&tracker, from: inotify)
        #expect(told(&tracker) == ["create /known/new/later"])
    }

    @Test("what changes names before it is looked into is found where it is")
    func lateLook() throws {
        var inotify: InotifyInstance?
        var tracker = try tracker(&inotify)
        mkdir(scratch["a"], 0o755)
        mkdir(scratch["a/b"], 0o755)
        scratch.create("a/b/file")
        rename(scratch["a"], scratch["m"])
        rename(scratch["m"], scratch["n"])
        readEvents(&tracker, from: inotify)
        let events = told(&tracker)
        #expect(
            events == [
                "create /a", "rename /a", "create /m", "rename /m", "create /n", "create /n/b", "create /n/b/file",
            ])
        scratch.create("n/b/second")
        readEvents(&tracker, from: inotify)
        #expect(told(&tracker) == ["create /n/b/second"])
    }

    @Test("directories that change places go on being watched under their new names")
    func exchange() throws {
        for name in ["a", "b"] { mkdir(scratch[name], 0o755) }
        var inotify: InotifyInstance?
        var tracker = try tracker(&inotify)
        rename(scratch["a"], scratch["c"])
        rename(scratch["b"], scratch["a"])
        rename(scratch["c"], scratch["b"])
        readEvents(&tracker, from: inotify)
        _ = told(&tracker)
        for name in ["a", "b"] { scratch.create("\(name)/file") }
        readEvents(&tracker, from: inotify)
        #expect(told(&tracker) == ["create /a/file", "create /b/file"])
    }

    @Test("both sides of a rename are told together")
    func pairs() async throws {
        scratch.create("old")
        let watches = try FileWatches()
        let id = try await watches.start(FilePath(scratch.path), isRecursive: false)
        rename(scratch["old"], scratch["new"])
        var events: [FileEvent] = []
        for await batch in try watches.events(of: id) {
            events += batch.events
            if events.count == 2 { break }
        }
        #expect(events.map(\.kind) == [.rename, .create])
        #expect(events.map { $0.counterpart?.description } == [scratch["new"], scratch["old"]])
        try await watches.end(id)
    }

    @Test("a watch that is ended gives back its descriptors, and its readers end")
    func end() async throws {
        let watches = try FileWatches()
        for _ in 0..<100 {
            let id = try await watches.start(FilePath(scratch.path), isRecursive: true)
            let events = try watches.events(of: id)
            async let readToEnd: Void = { for await _ in events {} }()
            try await watches.end(id)
            await readToEnd
        }
        // Other tests of this process may have some of their own at any moment.
        #expect(await eventually { openDescriptors(under: "anon_inode:inotify") < 20 })
    }

    @Test("readers of a cancelled task end")
    func cancellation() async throws {
        let watches = try FileWatches()
        let id = try await watches.start(FilePath(scratch.path), isRecursive: false)
        let events = try watches.events(of: id)
        await withTaskGroup { group in
            for _ in 0..<10 { group.addTask { for await _ in events {} } }
            group.cancelAll()
        }
        try await watches.end(id)
    }
}

@Suite("The journal of a watch")
struct EventJournalTests {
    private let root: FilePath

    init() throws {
        root = try FilePath("/root")
    }

    private func events(_ range: Range<Int>) -> [FileEvent] {
        range.map { FileEvent(.create, Array("\($0)".utf8), in: root, isDirectory: false) }
    }

    private func all(_ journal: EventJournal, after position: UInt64 = 0) async -> [FileEvent] {
        var found: [FileEvent] = []
        for await batch in FileEvents(journal: journal, position: position) { found += batch.events }
        return found
    }

    @Test("every reader gets everything, from where it was")
    func readers() async {
        let journal = EventJournal(root: root, limits: .init(events: 10_000, memory: .max))
        journal.append(events(0..<3000))
        journal.complete()
        #expect(await all(journal) == events(0..<3000))
        #expect(await all(journal) == events(0..<3000))
        #expect(await all(journal, after: 2990) == events(2990..<3000))
        #expect(await all(journal, after: 5000) == [])
    }

    @Test("what does not fit goes, oldest first, and is told to those who have not read it")
    func bounds() async {
        let journal = EventJournal(root: root, limits: .init(events: 2048, memory: .max))
        for start in stride(from: 0, to: 10_000, by: 100) { journal.append(events(start..<(start + 100))) }
        journal.complete()
        let kept = await all(journal)
        #expect(kept.first?.kind == .overflow)
        #expect(kept.count > 1024 && kept.count <= 2049)
        #expect(kept.dropFirst().elementsEqual(events((10_001 - kept.count)..<10_000)))
        #expect(await all(journal, after: 9999) == events(9999..<10_000))
    }

    @Test("memory is bounded too")
    func memory() async {
        let journal = EventJournal(root: root, limits: .init(events: .max, memory: 1 << 20))
        for start in stride(from: 0, to: 100_000, by: 1000) { journal.append(events(start..<(start + 1000))) }
        journal.complete()
        #expect(await all(journal).count < (1 << 20) / 128)
    }
}
