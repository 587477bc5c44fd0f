import AgentCore
import CFileSystem
import Glibc

/// A new file beside the one it is to become, out of sight until `publish`.
///
/// The file has no name at all where the file system allows it (`man 2 open`, O_TMPFILE), so that not even a killed
/// daemon leaves it behind; elsewhere it has a hidden name, which goes when this object goes. Neither depends on the
/// name of the target, which may be as long as names can be. All methods block.
final class Staging: Sendable {
    let target: WriteTarget
    let descriptor: Descriptor
    /// `nil` while the file has no name.
    private let hiddenName: FilePath?

    /// - Parameter preferringUnnamed: `false` gives the file its hidden name even where it could do without.
    init(beside target: WriteTarget, preferringUnnamed: Bool = true) throws(AgentError) {
        self.target = target
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

    /// Gives the file its mode, its owner and its name: from here on it is the one that others open.
    ///
    /// - Parameter mode: `nil` for the mode of the file that is replaced, or `FileMode.newFile` when there is none.
    func publish(mode: FileMode?) throws(AgentError) {
        let replaced = try SystemCalls.status(of: target.name, in: target.directory, followingLink: false)
        try takeOver(from: replaced, mode: mode)
        if let hiddenName { return try rename(hiddenName) }
        if replaced == nil, try link(as: target.name) { return descriptor.close() }
        // A link never replaces a file, only a rename does.
        let hiddenName = try HiddenName.make()
        guard try link(as: hiddenName) else { throw .conflict("cannot write \(target.path): try again") }
        try rename(hiddenName)
    }

    /// Gives back the space the file takes. Does nothing once it is published.
    func discard() {
        descriptor.close()
        if let hiddenName { Self.remove(hiddenName, from: target.directory) }
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

    private func takeOver(from replaced: stat?, mode: FileMode?) throws(AgentError) {
        if let replaced, replaced.st_uid != geteuid() || replaced.st_gid != getegid() {
            try SystemCalls.check("keep the owner of", target.path) {
                fchown(descriptor.number, replaced.st_uid, replaced.st_gid)
            }
        }
        // After the owner: changing that takes setuid and setgid away (`man 2 chown`).
        let mode = mode ?? replaced.map { FileMode(rawValue: $0.st_mode) } ?? .newFile
        try SystemCalls.check("set the mode of", target.path) { fchmod(descriptor.number, mode.rawValue) }
    }

    /// Names the unnamed file; `false` when the name is taken.
    private func link(as name: FilePath) throws(AgentError) -> Bool {
        // By way of /proc, for linking a descriptor as such takes a privilege (`man 2 open`, O_TMPFILE).
        let result = name.withCString { name in
            linkat(AT_FDCWD, "/proc/self/fd/\(descriptor.number)", target.directory.number, name, AT_SYMLINK_FOLLOW)
        }
        if result == 0 { return true }
        if errno == EEXIST { return false }
        throw .system(errno: errno, operation: "write", path: target.path.description)
    }

    private func rename(_ hiddenName: FilePath) throws(AgentError) {
        // Closed first: a program that is open for writing cannot be started (`man 2 execve`, ETXTBSY).
        descriptor.close()
        defer { Self.remove(hiddenName, from: target.directory) }
        let directory = target.directory.number
        let result = hiddenName.withCString { old in
            target.name.withCString { renameat(directory, old, directory, $0) }
        }
        if result == 0 { return }
        if errno == EBUSY { return try overwrite(with: hiddenName) }
        throw .system(errno: errno, operation: "replace", path: target.path.description)
    }
}
