import AgentCore
import CFileSystem
import Glibc

/// Directories beneath one that is held open, reached name by name and never through a link.
struct DirectoryBeneath: Sendable {
    static let modeWhileStaged = FileMode(rawValue: 0o700)

    let root: Descriptor
    /// For messages.
    private let path: FilePath

    init(root: Descriptor, shownAs path: FilePath) {
        self.root = root
        self.path = path
    }

    /// - Parameter willUse: called with each directory on the way that was missing and has been made.
    /// - Throws: `invalidArgument` when something on the way is not a directory.
    func open(_ entry: EntryPath, making didMake: (EntryPath) -> Void) throws(AgentError) -> Descriptor {
        try walk(entry) { (parent, name, sofar) throws(AgentError) in
            if let found = try Self.child(name, of: parent, path: shown(sofar)) { return found }
            try SystemCalls.check("unpack", shown(sofar)) {
                name.withCString { mkdirat(parent.number, $0, Self.modeWhileStaged.rawValue) }
            }
            didMake(sofar)
            return try Self.child(name, of: parent, path: shown(sofar))
        } ?? root
    }

    /// `nil` when something on the way is missing.
    func openIfThere(_ entry: EntryPath) throws(AgentError) -> Descriptor? {
        try walk(entry) { (parent, name, sofar) throws(AgentError) in
            try Self.child(name, of: parent, path: shown(sofar))
        }
    }

    /// For listing, and for changing its mode and times.
    func openReadable(_ entry: EntryPath) throws(AgentError) -> Descriptor {
        guard let found = try openIfThere(entry) else {
            throw .conflict("\(shown(entry)) was removed while the archive was unpacked")
        }
        let here = try FilePath(".")
        return try SystemCalls.open(here, in: found, O_RDONLY | O_DIRECTORY, operation: "unpack", shownAs: shown(entry))
    }

    func shown(_ entry: EntryPath) -> FilePath {
        entry.components.reduce(path) { $0.appending($1) }
    }

    private func walk(
        _ entry: EntryPath, _ step: (Descriptor, FilePath, EntryPath) throws(AgentError) -> Descriptor?
    ) throws(AgentError) -> Descriptor? {
        var current = root
        var sofar = EntryPath(components: [])
        for name in entry.components {
            sofar = sofar.appending(name)
            guard let next = try step(current, name, sofar) else { return nil }
            current = next
        }
        return current
    }

    private static func child(_ name: FilePath, of parent: Descriptor, path: @autoclosure () -> FilePath)
        throws(AgentError)
        -> Descriptor?
    {
        let flags = GA_O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let number = name.withCString { openat(parent.number, $0, flags) }
        if number >= 0 { return Descriptor(adopting: number) }
        switch errno {
        case ENOENT: return nil
        case ENOTDIR, ELOOP:
            let status = try SystemCalls.status(of: name, in: parent, followingLink: false)
            let kind = status.map { FileKind(mode: $0.st_mode).phrase } ?? "no directory"
            throw .invalidArgument("cannot unpack beneath \(path()): it is \(kind), not a directory")
        default: throw .system(errno: errno, operation: "unpack into", path: path().description)
        }
    }
}
