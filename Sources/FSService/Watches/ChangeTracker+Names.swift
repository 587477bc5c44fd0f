import AgentCore
import Glibc

// What becomes of the kernel's events about names in watched directories.

extension ChangeTracker {
    mutating func appeared(_ event: InotifyEvent) {
        if wasAnnounced(event) { return }
        emit(.create, event.name, in: event.watch, isDirectory: event.isDirectory)
        guard event.isDirectory else { return }
        makeRoom(for: event)
        enter(event.name, in: event.watch)
    }

    mutating func changed(_ event: InotifyEvent) {
        if isUnnamed(event) { return }
        emit(.write, event.name, in: event.watch, isDirectory: event.isDirectory)
    }

    mutating func vanished(_ event: InotifyEvent) {
        announcements[event.watch]?.names.remove(event.name)
        emit(.delete, event.name, in: event.watch, isDirectory: event.isDirectory)
        guard event.isDirectory else { return }
        // A directory of that name may be there again already. It is entered when that is told.
        tree.detach(event.name, from: event.watch)
        outstanding[event.watch]?[event.name] = nil
        shownPaths = [:]
    }

    /// The first half of a rename. The second is known if it concerns the watch.
    mutating func left(_ event: InotifyEvent) {
        announcements[event.watch]?.names.remove(event.name)
        let destination = backlog.destination(for: event.cookie)
        let newPath = destination.flatMap { pathToTell(of: $0) }
        emit(.rename, event.name, in: event.watch, isDirectory: event.isDirectory, counterpart: newPath)
        if newPath != nil { sources[event.cookie] = path(of: event.name, in: event.watch) }
        guard event.isDirectory else { return }
        outstanding[event.watch]?[event.name] = nil
        guard let watch = tree.detach(event.name, from: event.watch) else { return }
        shownPaths = [:]
        if destination != nil {
            transits[event.cookie] = Transit(watch: watch, parent: event.watch, name: event.name)
        } else {
            release(watch)
            enterOutstanding()
        }
    }

    /// What to tell of where a file goes: nothing if a look into the directory has told of it by the new name.
    private mutating func pathToTell(of destination: EventBacklog.Destination) -> FilePath? {
        let announced = announcements[destination.watch]?.names
        if HiddenName.isHidden(destination.name) || announced?.contains(destination.name) ?? false { return nil }
        return path(of: destination.name, in: destination.watch)
    }

    /// The second half of a rename, the first of which may have happened out of sight.
    mutating func arrived(_ event: InotifyEvent) {
        let source = sources.removeValue(forKey: event.cookie)
        if !wasAnnounced(event) {
            if event.isDirectory { makeRoom(for: event) }
            let isReplacement = staged.remove(event.cookie) != nil && !event.isDirectory
            emit(
                isReplacement ? .write : .create, event.name, in: event.watch, isDirectory: event.isDirectory,
                counterpart: source)
        }
        if event.isDirectory { settle(transits.removeValue(forKey: event.cookie), at: event.name, in: event.watch) }
    }

    /// Whatever had the name is gone: nobody tells of an empty directory that another one is renamed over.
    private mutating func makeRoom(for event: InotifyEvent) {
        if tree.detach(event.name, from: event.watch) != nil { shownPaths = [:] }
    }

    /// Whether a look into the directory has told of the name already. It counts once: should the name go and come
    /// again, that is news.
    private mutating func wasAnnounced(_ event: InotifyEvent) -> Bool {
        guard let announcement = announcements[event.watch] else { return false }
        if backlog.position > announcement.end {
            announcements[event.watch] = nil
            return false
        }
        return announcements[event.watch]?.names.remove(event.name) != nil
    }

    /// A file that was opened without a name (`man 2 open`, O_TMPFILE) is told of by the number of its inode, `#123`,
    /// which is no name anybody could open.
    private func isUnnamed(_ event: InotifyEvent) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard event.name.first == UInt8(ascii: "#"), event.name.dropFirst().allSatisfy(digits.contains),
            let path = realPath(of: event.watch)
        else { return false }
        var status = stat()
        return path.appending(component: event.name).withCString { lstat($0, &status) } != 0
    }
}
