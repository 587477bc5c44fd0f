import AgentCore
import CFileSystem
import Glibc

/// Moves a tree into another on the same file system: directories are merged, anything else replaces what is there.
struct Merge {
    private let source: DirectoryBeneath
    private let destination: DirectoryBeneath

    init(from source: DirectoryBeneath, to destination: DirectoryBeneath) {
        self.source = source
        self.destination = destination
    }

    /// Finds out whether all can be moved, and returns the directories that are in both trees.
    ///
    /// - Throws: `conflict` when a directory would replace something else or the other way round; `invalidArgument` when
    ///   a link is where a directory goes, or a directory of the destination is on another file system.
    func check() throws(AgentError) -> Set<EntryPath> {
        let root = EntryPath(components: [])
        var common: Set<EntryPath> = []
        var pending = [root]
        while let path = pending.popLast() {
            common.insert(path)
            try requireSameMount(path)
            try forEachEntry(of: path) { (name, from, to) throws(AgentError) in
                if try isCommon(name, path.appending(name), from, to) { pending.append(path.appending(name)) }
            }
        }
        return common
    }

    /// Moves all that is not in `common`, the result of `check`.
    func move(_ common: Set<EntryPath>) throws(AgentError) {
        for path in common {
            try forEachEntry(of: path) { (name, from, to) throws(AgentError) in
                guard !common.contains(path.appending(name)) else { return }
                try SystemCalls.check("unpack", destination.shown(path.appending(name))) {
                    name.withCString { name in renameat(from.number, name, to.number, name) }
                }
            }
        }
    }

    private func forEachEntry(
        of path: EntryPath, _ body: (FilePath, Descriptor, Descriptor) throws(AgentError) -> Void
    ) throws(AgentError) {
        let from = try source.openReadable(path)
        guard let to = try destination.openIfThere(path) else {
            throw .conflict("\(destination.shown(path)) was removed while the archive was unpacked")
        }
        let names = try DirectoryNames(reading: from, path: destination.shown(path))
        for position in 0..<names.count { try body(names[position], from, to) }
    }

    private func isCommon(
        _ name: FilePath, _ path: EntryPath, _ from: Descriptor, _ to: Descriptor
    ) throws(AgentError) -> Bool {
        guard let new = try SystemCalls.status(of: name, in: from, followingLink: false),
            let old = try SystemCalls.status(of: name, in: to, followingLink: false)
        else { return false }
        let (newKind, oldKind) = (FileKind(mode: new.st_mode), FileKind(mode: old.st_mode))
        switch (newKind == .directory, oldKind == .directory) {
        case (true, true): return true
        case (false, false): return false
        case (true, false) where oldKind == .symbolicLink:
            throw .invalidArgument("cannot unpack beneath \(destination.shown(path)): it is a symbolic link")
        default:
            throw .conflict(
                "cannot unpack \(destination.shown(path)): it is \(oldKind.phrase), and \(newKind.phrase) in the archive"
            )
        }
    }

    /// A rename does not go from one mount to another, not even of the same file system (`man 2 rename`, EXDEV).
    private func requireSameMount(_ path: EntryPath) throws(AgentError) {
        guard let directory = try destination.openIfThere(path) else { return }
        var (here, root): (UInt64, UInt64) = (0, 0)
        try SystemCalls.check("look at", destination.shown(path)) { ga_mount_id(directory.number, &here) }
        try SystemCalls.check("look at", destination.shown(path)) { ga_mount_id(destination.root.number, &root) }
        guard here == root else {
            throw .invalidArgument(
                "cannot unpack into \(destination.shown(path)) from above: it is another file system; unpack there directly"
            )
        }
    }
}
