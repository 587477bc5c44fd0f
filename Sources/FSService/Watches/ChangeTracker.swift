import AgentCore
import Glibc

/// Makes events for clients of what inotify tells, and keeps the kernel's watches in step with the tree.
///
/// The kernel tells of names, late, while the tree goes on changing. So a directory that is told of is opened and
/// watched as it is found, and what it holds then is told at once; what the kernel tells of the same names later is
/// left out. Used by one thread at a time, which it blocks.
struct ChangeTracker {
    /// Names that a look into a directory has told of, while the kernel may still tell of them.
    struct Announcement {
        var names: Set<[UInt8]> = []
        /// What the kernel tells from this byte on, of all that is read from it, happened after the look.
        var end: UInt64 = 0
    }

    /// A directory between the two halves of its renaming.
    struct Transit {
        let watch: Int32
        let parent: Int32
        let name: [UInt8]
    }

    let inotify: InotifyInstance
    let root: WatchRoot
    let isRecursive: Bool
    /// See `WatchIntake.drain`.
    let drain: @Sendable () -> UInt64
    /// The watch of the directory above the root, which tells when the root goes; -1 where there is none.
    private let guardWatch: Int32

    var tree: DirectoryTree
    var backlog = EventBacklog()
    var announcements: [Int32: Announcement] = [:]
    var transits: [UInt32: Transit] = [:]
    /// Directories still to be entered, by what holds them, and whether their names have been told. There is an event
    /// to come about each.
    var outstanding: [Int32: [[UInt8]: Bool]] = [:]
    /// Renames away from names of the agent's own.
    var staged: Set<UInt32> = []
    /// The old paths of what is being renamed.
    var sources: [UInt32: FilePath] = [:]
    var shownPaths: [Int32: FilePath] = [:]
    /// What there is to tell.
    var output: [FileEvent] = []
    /// What was watched is gone: nothing more will be told.
    private(set) var hasEnded = false

    /// Watches all there is now. Blocks.
    ///
    /// - Throws: `notFound`; `permissionDenied`; `resourceExhausted` when the kernel gives no more watches.
    init(
        _ root: WatchRoot, isRecursive: Bool, in inotify: InotifyInstance, drain: @escaping @Sendable () -> UInt64
    ) throws(AgentError) {
        guard let top = try WatchedDirectory(at: root.directory, in: inotify) else {
            throw .system(errno: ENOENT, operation: "watch", path: root.shown.description)
        }
        self.inotify = inotify
        self.root = root
        self.isRecursive = isRecursive && root.fileName == nil
        self.drain = drain
        tree = DirectoryTree(root: top.watch)
        guardWatch = Self.watchFate(of: top.watch, root, in: inotify)
        if self.isRecursive {
            try walk([.directory(top)], announcing: { _ in false }, onFailure: Self.rethrowExhaustion)
        }
    }

    /// Asks for what tells the end of the root. A directory that somebody holds open is not told of itself when it is
    /// deleted, only by the directory above.
    private static func watchFate(of watch: Int32, _ root: WatchRoot, in inotify: InotifyInstance) -> Int32 {
        let flags = O_RDONLY | O_DIRECTORY
        guard let top = try? SystemCalls.open(root.directory, flags),
            (try? inotify.add(top, IN_DELETE_SELF | IN_MOVE_SELF, path: root.directory)) != nil,
            root.fileName == nil, root.directory.parent != root.directory,
            let above = try? SystemCalls.open(root.directory.parent, flags),
            let guardWatch = try? inotify.add(above, IN_DELETE | IN_MOVED_FROM, path: root.directory)
        else { return -1 }
        return guardWatch == watch ? -1 : guardWatch
    }

    /// Looks into what was taken from the kernel, up to 1,024 events of it; `false` when nothing more can be done now.
    mutating func advance() -> Bool {
        for _ in 0..<1024 {
            guard !hasEnded, let event = backlog.next() else { return false }
            handle(event)
        }
        return true
    }

    /// Forgets what only matters while something is outstanding. To be called when the kernel has nothing to tell.
    mutating func settle() {
        announcements = [:]
        staged = []
        sources = [:]
        transits = [:]
        for stray in tree.strays { release(stray) }
    }

    /// The directory and everything below it is no longer watched.
    mutating func release(_ watch: Int32) {
        for removed in tree.removeSubtree(watch) { inotify.remove(removed) }
        shownPaths = [:]
    }

    mutating func emit(
        _ kind: FileEvent.Kind, _ name: [UInt8], in watch: Int32, isDirectory: Bool, counterpart: FilePath? = nil
    ) {
        if root.fileName != nil { return output.append(FileEvent(kind, nil, in: root.shown, isDirectory: isDirectory)) }
        guard let directory = shownPath(of: watch) else { return }
        output.append(FileEvent(kind, name, in: directory, isDirectory: isDirectory, counterpart: counterpart))
    }

    private mutating func end(_ kind: FileEvent.Kind) {
        output.append(FileEvent(kind, nil, in: root.shown, isDirectory: root.fileName == nil))
        hasEnded = true
    }
}

extension ChangeTracker {
    private mutating func handle(_ event: InotifyEvent) {
        if event.has(IN_Q_OVERFLOW) { return recover() }
        if event.has(IN_IGNORED) { return forget(event.watch) }
        if event.watch == tree.root, event.name.isEmpty { return handleFate(event) }
        if event.watch == guardWatch { return handleGuard(event) }
        guard tree.contains(event.watch), !event.name.isEmpty else { return }
        if let fileName = root.fileName, fileName != event.name { return noteSource(event) }
        if HiddenName.isHidden(event.name) { return noteSource(event) }
        handleEntry(event)
    }

    /// Several bits in one event are told as one thing, in this order.
    private mutating func handleEntry(_ event: InotifyEvent) {
        if event.has(IN_CREATE) {
            appeared(event)
        } else if event.has(IN_MOVED_TO) {
            arrived(event)
        } else if event.has(IN_MODIFY) {
            changed(event)
        } else if event.has(IN_DELETE) {
            vanished(event)
        } else if event.has(IN_MOVED_FROM) {
            left(event)
        }
    }

    /// A staged file that is about to take the place of another.
    private mutating func noteSource(_ event: InotifyEvent) {
        let isStaged = HiddenName.isHidden(event.name)
        if event.has(IN_MOVED_FROM), isStaged { staged.insert(event.cookie) }
    }

    private mutating func handleFate(_ event: InotifyEvent) {
        if event.has(IN_DELETE_SELF) || event.has(IN_UNMOUNT) {
            end(.delete)
        } else if event.has(IN_MOVE_SELF) {
            end(.rename)
        }
    }

    private mutating func handleGuard(_ event: InotifyEvent) {
        guard event.has(IN_DELETE), event.isDirectory, event.name.elementsEqual(root.directory.lastComponent) else {
            return
        }
        end(.delete)
    }

    private mutating func forget(_ watch: Int32) {
        guard watch != tree.root else { return end(.delete) }
        tree.forget(watch)
        announcements[watch] = nil
        outstanding[watch] = nil
        shownPaths[watch] = nil
    }

    /// The kernel's queue was full: what was created meanwhile is found, the rest is for the client to look at.
    private mutating func recover() {
        output.append(FileEvent(.overflow, nil, in: root.shown, isDirectory: root.fileName == nil))
        guard let top = try? WatchedDirectory(at: root.directory, in: inotify), top.watch == tree.root
        else { return end(.delete) }
        guard isRecursive else { return }
        let known = Set(tree.watches)
        tree = DirectoryTree(root: top.watch)
        shownPaths = [:]
        transits = [:]
        outstanding = [:]
        walk([.directory(top)], announcing: { !known.contains($0) }, onFailure: { _ in })
        for watch in known where !tree.contains(watch) { inotify.remove(watch) }
    }

    private static func rethrowExhaustion(_ error: AgentError) throws(AgentError) {
        if error.code == .resourceExhausted { throw error }
    }
}
