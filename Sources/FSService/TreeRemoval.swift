import AgentCore
import Glibc

/// Removes a directory with everything beneath it, by descriptors: no link is ever followed, and no depth is too deep.
///
/// At most three descriptors are open at a time, however deep the tree, for the way back up is `..`; a directory that
/// was moved meanwhile is noticed by its inode number, before anything is removed where it is now. What vanishes
/// meanwhile is fine, what appears is removed too. Crosses mount points, as `rm -r` does. All methods block.
struct TreeRemoval {
    /// How often a directory is read again because something was put into it meanwhile.
    private static let maximumPasses = 16

    private struct Level {
        let name: FilePath
        let identity: FileIdentity
        /// How many times the directory was read.
        let passes: Int
        var subdirectories: [FilePath] = []
    }

    private let parent: Descriptor
    private var current: Descriptor
    /// Where `current` is, for messages.
    private var path: FilePath
    private var levels: [Level] = []

    /// Removes the directory `name` in `parent`.
    ///
    /// - Parameter path: what errors name.
    /// - Throws: `notFound`; `invalidArgument` when `name` is no directory; `permissionDenied`; `conflict` when the tree
    ///   is moved or does not cease to grow. Some of it may be gone by then.
    static func remove(_ name: FilePath, in parent: Descriptor, shownAs path: FilePath) throws(AgentError) {
        var removal = TreeRemoval(parent: parent, current: parent, path: path)
        try removal.enter(name, pass: 1)
        while !removal.levels.isEmpty { try removal.advance() }
    }

    private mutating func advance() throws(AgentError) {
        if let next = levels[levels.count - 1].subdirectories.popLast() {
            path = path.appending(next)
            try enterIfThere(next, pass: 1)
        } else {
            try leave()
        }
    }

    /// What is no directory any more is left to the next pass over the directory that holds it.
    private mutating func enterIfThere(_ name: FilePath, pass: Int) throws(AgentError) {
        do throws(AgentError) {
            try enter(name, pass: pass)
        } catch let error where error.code == .notFound || error.code == .invalidArgument {
            path = path.parent
        }
    }

    /// Opens the directory `name`, at `path` now, and removes all in it but directories, which are left for later.
    private mutating func enter(_ name: FilePath, pass: Int) throws(AgentError) {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        let directory = try SystemCalls.open(name, in: current, flags, operation: "remove", shownAs: path)
        let identity = FileIdentity(try SystemCalls.status(of: directory, path: path))
        let names = try DirectoryNames(reading: directory, path: path)
        let subdirectories = try removeFiles(names, in: directory)
        levels.append(Level(name: name, identity: identity, passes: pass, subdirectories: subdirectories))
        current = directory
    }

    private func removeFiles(_ names: DirectoryNames, in directory: Descriptor) throws(AgentError) -> [FilePath] {
        var subdirectories: [FilePath] = []
        var failure: AgentError?
        names.forEach(in: 0..<names.count) { name in
            // EISDIR is how Linux says that it is a directory (`man 2 unlink`): one call fewer for each file.
            if failure != nil || unlinkat(directory.number, name, 0) == 0 || errno == ENOENT { return }
            if errno == EISDIR { return subdirectories.append(FilePath(component: name)) }
            let file = path.appending(FilePath(component: name))
            failure = .system(errno: errno, operation: "remove", path: file.description)
        }
        if let failure { throw failure }
        return subdirectories
    }

    /// Goes up and removes the directory that is now empty.
    private mutating func leave() throws(AgentError) {
        let left = levels.removeLast()
        current = try directoryAbove()
        let result = left.name.withCString { unlinkat(current.number, $0, AT_REMOVEDIR) }
        if result == 0 || errno == ENOENT {
            path = path.parent
        } else if errno == ENOTEMPTY, left.passes < Self.maximumPasses {
            try enterIfThere(left.name, pass: left.passes + 1)
        } else {
            throw .system(errno: errno, operation: "remove", path: path.description)
        }
    }

    private func directoryAbove() throws(AgentError) -> Descriptor {
        guard let expected = levels.last?.identity else { return parent }
        let above = try SystemCalls.open(
            .parentDirectory, in: current, O_RDONLY | O_DIRECTORY, operation: "remove", shownAs: path)
        guard FileIdentity(try SystemCalls.status(of: above, path: path)) == expected else {
            throw .conflict("cannot remove \(path): it was moved away meanwhile")
        }
        return above
    }
}
