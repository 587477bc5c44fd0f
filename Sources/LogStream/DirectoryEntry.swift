import Glibc

/// A name in a directory: what has to change for a path to lead somewhere else.
struct DirectoryEntry: Hashable {
    let directory: String
    let name: String

    /// The last component of `path`. A relative path begins in the working directory.
    init(_ path: String) {
        guard let slash = path.lastIndex(of: "/") else {
            self.init(directory: ".", name: path)
            return
        }
        let directory = path[..<slash]
        self.init(directory: directory.isEmpty ? "/" : String(directory), name: String(path[path.index(after: slash)...]))
    }

    private init(directory: String, name: String) {
        self.directory = directory
        self.name = name
    }

    /// The entries that decide which file `path` leads to: its own, or while its directory does not exist that of the
    /// first component missing; and where symbolic links lead, the one at their end.
    static func leading(to path: String) -> Set<DirectoryEntry> {
        var own = DirectoryEntry(path)
        while access(own.directory, F_OK) != 0, own.directory != "/", own.directory != "." {
            own = DirectoryEntry(own.directory)
        }
        return resolved(path).map { [own, $0] } ?? [own]
    }

    private static func resolved(_ path: String) -> DirectoryEntry? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return DirectoryEntry(String(cString: resolved))
    }
}
