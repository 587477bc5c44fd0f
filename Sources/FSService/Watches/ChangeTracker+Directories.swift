import AgentCore

// How directories come to be watched.

extension ChangeTracker {
    /// A directory to be looked into.
    enum Stop {
        case directory(WatchedDirectory)
        case name([UInt8], in: WatchedDirectory, isTold: Bool)
    }

    /// Watches a directory that is new, if it is still there, and tells of everything in it.
    mutating func enter(_ name: [UInt8], in parent: Int32, isTold: Bool = true) {
        guard isRecursive else { return }
        guard let above = find(parent) else { return postpone(name, in: parent, isTold: isTold) }
        walk([.name(name, in: above, isTold: isTold)], announcing: { _ in true }, onFailure: { _ in })
    }

    /// Puts a directory that was renamed where it is now.
    ///
    /// By now something else may have the name, and the directory be elsewhere again: what is found decides.
    mutating func settle(_ transit: Transit?, at name: [UInt8], in parent: Int32) {
        guard isRecursive else { return }
        guard let transit else { return enter(name, in: parent) }
        if case .found(let found)? = try? find(parent)?.directory(name, in: inotify), found.watch != transit.watch {
            enter(name, in: parent)
            enter(transit.name, in: transit.parent)
        } else {
            // If it is not there any more, what it has become will be told.
            _ = tree.place(transit.watch, as: name, in: parent)
            shownPaths = [:]
        }
        enterOutstanding()
    }

    /// Watches directories and all those below.
    ///
    /// - Parameters:
    ///   - announcing: whether what is in a directory is news.
    ///   - onFailure: called with what keeps a directory from being watched. If it does not throw, clients are told
    ///     that changes below the directory may be missed.
    mutating func walk<Failure: Error>(
        _ stops: [Stop], announcing: (Int32) -> Bool, onFailure: (AgentError) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = stops
        while let stop = rest.popLast() {
            do throws(AgentError) {
                rest += try visit(stop, announcing: announcing)
            } catch {
                try onFailure(error)
                report(loss: stop)
            }
        }
    }

    /// Returns the directories within, the first one last.
    private mutating func visit(_ stop: Stop, announcing: (Int32) -> Bool) throws(AgentError) -> [Stop] {
        let directory: WatchedDirectory
        switch stop {
        case .directory(let open): directory = open
        case .name(let name, let parent, let isTold):
            guard let found = try find(name, in: parent, isTold: isTold) else { return [] }
            directory = found
            let placement = tree.place(found.watch, as: name, in: parent.watch)
            // What was watched all along holds nothing that was not told, or will be.
            if placement == .known { return [] }
            shownPaths = [:]
            // Clients take what was below for gone, so all of it is news.
            if placement == .returned { tree.detachChildren(of: found.watch) }
            if !isTold, announcing(found.watch) { announceDirectory(name, in: parent.watch) }
        }
        let entries = try directory.entries().filter { !HiddenName.isHidden($0.name) }
        if announcing(directory.watch) { announce(entries, in: directory.watch) }
        let directories = entries.lazy.filter { $0.kind == .directory }
        return directories.reversed().map { .name($0.name, in: directory, isTold: false) }
    }

    /// A directory that is watched, where it must be by what has been told; `nil` when it is not there, because what is
    /// above has been renamed since.
    private func find(_ watch: Int32) -> WatchedDirectory? {
        guard let path = realPath(of: watch),
            let found = try? WatchedDirectory(at: path, in: inotify), found.watch == watch
        else { return nil }
        return found
    }

    /// Opens a directory that is to be entered; `nil` if that has to wait, or is not to be.
    ///
    /// One that is not there is gone, as will be told, or what is above has been renamed. One that is known elsewhere
    /// has been renamed, as will be told: here too, if this directory was watched by then. One whose name another has is
    /// entered when it is told of, which is after the leaving of the other.
    private mutating func find(
        _ name: [UInt8], in parent: WatchedDirectory, isTold: Bool
    ) throws(AgentError) -> WatchedDirectory? {
        switch try parent.directory(name, in: inotify) {
        case .found(let found) where tree.isTaken(name, in: parent.watch, for: found.watch):
            return nil
        case .found(let found) where !tree.isElsewhere(found.watch, than: name, in: parent.watch):
            outstanding[parent.watch]?[name] = nil
            return found
        case .excluded:
            return nil
        case .found, .absent:
            postpone(name, in: parent.watch, isTold: isTold)
            return nil
        }
    }

    private mutating func postpone(_ name: [UInt8], in parent: Int32, isTold: Bool) {
        outstanding[parent, default: [:]][name] = isTold
    }

    /// Looks again for what was to be entered. To be called when directories have found their places.
    mutating func enterOutstanding() {
        for (parent, names) in outstanding {
            outstanding[parent] = nil
            for (name, isTold) in names { enter(name, in: parent, isTold: isTold) }
        }
    }

    /// Tells of what a directory holds, directories aside: those are told of when they are entered.
    private mutating func announce(_ entries: [DirectoryEntry], in watch: Int32) {
        let files = entries.lazy.filter { $0.kind != .directory }.map(\.name)
        for name in files { emit(.create, name, in: watch, isDirectory: false) }
        announcements[watch] = Announcement(names: Set(files), end: drain())
    }

    private mutating func announceDirectory(_ name: [UInt8], in watch: Int32) {
        emit(.create, name, in: watch, isDirectory: true)
        announcements[watch, default: Announcement()].names.insert(name)
        announcements[watch]?.end = drain()
    }

    private mutating func report(loss stop: Stop) {
        guard case .name(let name, let parent, _) = stop else { return }
        emit(.overflow, name, in: parent.watch, isDirectory: true)
    }
}

extension ChangeTracker {
    /// The path clients know a directory by; `nil` when it is nowhere.
    mutating func shownPath(of watch: Int32) -> FilePath? {
        if let path = shownPaths[watch] { return path }
        guard let path = tree.names(of: watch)?.reduce(root.shown, { $0.appending(component: $1) }) else { return nil }
        shownPaths[watch] = path
        return path
    }

    /// Where a directory must be by what has been told; `nil` when it is nowhere.
    func realPath(of watch: Int32) -> FilePath? {
        tree.names(of: watch)?.reduce(root.directory) { $0.appending(component: $1) }
    }

    /// Of a watched file, the names beside it are not shown.
    mutating func path(of name: [UInt8], in watch: Int32) -> FilePath? {
        root.fileName != nil ? nil : shownPath(of: watch)?.appending(component: name)
    }
}
