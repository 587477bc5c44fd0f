import AgentCore
import Glibc

/// Goes through everything below a directory: a directory before what is in it, names in the order of their bytes.
///
/// Links are not followed. `/proc` and the like are entered only when the walk begins there. What vanishes meanwhile is
/// left out. Holds one descriptor for each level. Used by one thread at a time, which it blocks.
struct TreeWalk: Sendable {
    struct Entry: Sendable {
        let path: FilePath
        /// `path` without that of the directory the walk began at.
        let relativePath: ArraySlice<UInt8>
        let name: FilePath
        let kind: FileKind
        /// Where `name` is.
        let directory: Descriptor
    }

    enum Step: Sendable {
        case entry(Entry)
        /// A directory that could not be read.
        case failure(path: FilePath, AgentError)
    }

    private struct Level: Sendable {
        let directory: Descriptor
        let path: FilePath
        let device: dev_t
        var entries: ArraySlice<DirectoryEntry>
    }

    private let prefixLength: Int
    private let maximumDepth: Int
    private let includesHidden: Bool
    private var levels: [Level]
    /// The directory told of last, which comes next.
    private var pending: Entry?

    /// - Parameters:
    ///   - maximumDepth: 1 for the entries of the directory alone.
    ///   - includesHidden: whether names that begin with a dot, and what is below, count.
    /// - Throws: `notFound`, `permissionDenied`; `invalidArgument` for what is not a directory.
    init(_ root: FilePath, maximumDepth: Int, includesHidden: Bool) throws(AgentError) {
        let root = root.trimmed
        let directory = try SystemCalls.open(root, O_RDONLY | O_DIRECTORY, operation: "search")
        self.maximumDepth = maximumDepth
        self.includesHidden = includesHidden
        prefixLength = root.bytes == [UInt8(ascii: "/")] ? 1 : root.bytes.count + 1
        levels = [
            Level(
                directory: directory, path: root, device: try SystemCalls.status(of: directory, path: root).st_dev,
                entries: try DirectoryEntry.entries(of: directory, path: root)[...])
        ]
    }

    /// `nil` at the end.
    mutating func next() -> Step? {
        if let directory = pending {
            pending = nil
            do throws(AgentError) {
                try enter(directory)
            } catch {
                return .failure(path: directory.path, error)
            }
        }
        while let level = levels.last {
            guard let entry = levels[levels.count - 1].entries.popFirst() else {
                levels.removeLast()
                continue
            }
            if let found = self.entry(entry, in: level) { return .entry(found) }
        }
        return nil
    }

    private mutating func entry(_ entry: DirectoryEntry, in level: Level) -> Entry? {
        if !includesHidden, entry.name.first == UInt8(ascii: ".") { return nil }
        guard !HiddenName.isHidden(entry.name), let name = try? FilePath(bytes: entry.name) else { return nil }
        let path = level.path.appending(name)
        let found = Entry(
            path: path, relativePath: path.bytes[prefixLength...], name: name, kind: entry.kind,
            directory: level.directory)
        if entry.kind == .directory, levels.count < maximumDepth { pending = found }
        return found
    }

    private mutating func enter(_ entry: Entry) throws(AgentError) {
        guard let parent = levels.last else { return }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let number = entry.name.withCString { openat(entry.directory.number, $0, flags) }
        if number < 0, errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return }
        guard number >= 0 else { throw .system(errno: errno, operation: "search", path: entry.path.description) }
        let directory = Descriptor(adopting: number)
        let device = try SystemCalls.status(of: directory, path: entry.path).st_dev
        if device != parent.device, PseudoFileSystem.holds(directory) { return }
        let entries = try DirectoryEntry.entries(of: directory, path: entry.path)
        levels.append(Level(directory: directory, path: entry.path, device: device, entries: entries[...]))
    }
}
