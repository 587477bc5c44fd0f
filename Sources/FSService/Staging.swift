import AgentCore
import CFileSystem
import Glibc
import Synchronization

/// A new file beside the one it is to become, out of sight until `commit`.
///
/// The file has no name at all where the file system allows it (`man 2 open`, O_TMPFILE), so that not even a killed
/// daemon leaves it behind; elsewhere it has a hidden name, which goes when this object goes. Neither depends on the
/// name of the target, which may be as long as names can be. All methods block.
final class Staging: WriteDestination {
    let target: WriteTarget
    let options: WriteOptions
    private let descriptor: Descriptor
    /// `nil` while the file has no name.
    private let hiddenName: FilePath?
    private let isPublished = Atomic(false)

    let keepsParts = false

    /// - Parameter preferringUnnamed: `false` gives the file its hidden name even where it could do without.
    init(
        beside target: WriteTarget, _ options: WriteOptions = WriteOptions(), preferringUnnamed: Bool = true
    ) throws(AgentError) {
        self.target = target
        self.options = options
        if preferringUnnamed, let unnamed = Self.openUnnamed(in: target.directory) {
            descriptor = unnamed
            hiddenName = nil
        } else {
            let name = try HiddenName.make()
            descriptor = try SystemCalls.open(
                name, in: target.directory, O_WRONLY | O_CREAT | O_EXCL, mode: Self.modeWhileStaged,
                shownAs: target.path)
            hiddenName = name
        }
    }

    deinit { discard() }

    func write(_ bytes: UnsafeRawBufferPointer) throws(AgentError) {
        try options.diskFloor.check(bytes.count, on: descriptor, path: target.path)
        try SystemCalls.write(descriptor, from: bytes, path: target.path)
    }

    /// Gives the file its mode, its owner, its attributes and its name: from here on it is the one that others open.
    func commit() throws(AgentError) {
        do throws(AgentError) {
            try publish(as: target)
        } catch let error where error.code == .notFound && hiddenName == nil {
            // A directory that this write or another one created, and that was still empty, was removed when the other
            // one failed.
            try publish(as: WriteTarget(resolving: target.path))
        }
        isPublished.store(true, ordering: .relaxed)
        descriptor.close()
    }

    /// Gives back the space the file takes, and removes the directories that were created for it.
    func discard() {
        descriptor.close()
        guard !isPublished.exchange(true, ordering: .relaxed) else { return }
        if let hiddenName { Self.remove(hiddenName, from: target.directory) }
        target.removeCreatedDirectories()
    }

    private func publish(as target: WriteTarget) throws(AgentError) {
        let replaced = try SystemCalls.status(of: target.name, in: target.directory, followingLink: false)
        try takeOver(from: replaced, of: target)
        if options.isDurable { try SystemCalls.check("write", target.path) { fsync(descriptor.number) } }
        try name(as: target, isNew: replaced == nil)
        if options.isDurable { try target.syncNames() }
    }

    private func name(as target: WriteTarget, isNew: Bool) throws(AgentError) {
        if let hiddenName { return try rename(hiddenName, to: target) }
        if isNew, try link(as: target.name, in: target) { return }
        // A link never replaces a file, only a rename does.
        let hiddenName = try HiddenName.make()
        guard try link(as: hiddenName, in: target) else { throw .conflict("cannot write \(target.path): try again") }
        try rename(hiddenName, to: target)
    }
}

extension Staging {
    /// Nobody else may read what is not complete.
    private static let modeWhileStaged = FileMode(rawValue: 0o600)

    /// `nil` for whatever reason: the named way either works or says what is wrong.
    private static func openUnnamed(in directory: Descriptor) -> Descriptor? {
        let number = openat(directory.number, ".", O_WRONLY | GA_O_TMPFILE | O_CLOEXEC, modeWhileStaged.rawValue)
        return number < 0 ? nil : Descriptor(adopting: number)
    }

    private static func remove(_ name: FilePath, from directory: Descriptor) {
        _ = name.withCString { unlinkat(directory.number, $0, 0) }
    }

    private func takeOver(from replaced: stat?, of target: WriteTarget) throws(AgentError) {
        if let replaced, replaced.st_uid != geteuid() || replaced.st_gid != getegid() {
            try SystemCalls.check("keep the owner of", target.path) {
                fchown(descriptor.number, replaced.st_uid, replaced.st_gid)
            }
        }
        if replaced != nil { try takeOverAttributes(of: target) }
        // After the owner: changing that takes setuid and setgid away (`man 2 chown`). After the access list, whose mask
        // the mode is.
        let mode = options.mode ?? replaced.map { FileMode(rawValue: $0.st_mode) } ?? .newFile
        try SystemCalls.check("set the mode of", target.path) { fchmod(descriptor.number, mode.rawValue) }
    }

    private func takeOverAttributes(of target: WriteTarget) throws(AgentError) {
        do throws(AgentError) {
            let replaced = try SystemCalls.open(
                target.name, in: target.directory, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, shownAs: target.path)
            try ExtendedAttributes.replace(with: replaced, on: descriptor, path: target.path)
        } catch let error where error.code == .permissionDenied || error.code == .notFound {
            // What may be written and not read has no attributes that could be read; one that is gone has none either.
            return
        }
    }

    /// Names the unnamed file; `false` when the name is taken.
    private func link(as name: FilePath, in target: WriteTarget) throws(AgentError) -> Bool {
        // By way of /proc, for linking a descriptor as such takes a privilege (`man 2 open`, O_TMPFILE).
        let result = name.withCString { name in
            linkat(AT_FDCWD, "/proc/self/fd/\(descriptor.number)", target.directory.number, name, AT_SYMLINK_FOLLOW)
        }
        if result == 0 { return true }
        if errno == EEXIST { return false }
        throw .system(errno: errno, operation: "write", path: target.path.description)
    }

    private func rename(_ hiddenName: FilePath, to target: WriteTarget) throws(AgentError) {
        // Closed first: a program that is open for writing cannot be started (`man 2 execve`, ETXTBSY).
        descriptor.close()
        defer { Self.remove(hiddenName, from: target.directory) }
        let directory = target.directory.number
        let result = hiddenName.withCString { old in
            target.name.withCString { renameat(directory, old, directory, $0) }
        }
        if result == 0 { return }
        if errno == EBUSY { return try overwrite(target, with: hiddenName) }
        throw .system(errno: errno, operation: "replace", path: target.path.description)
    }
}
