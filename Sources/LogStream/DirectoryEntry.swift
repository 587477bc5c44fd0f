import Glibc

/// A name in a directory: what has to change for a path to lead somewhere else.
struct DirectoryEntry: Hashable {
    let directory: String
    let name: String
    /// Whether the path goes on below this entry.
    let isIntermediate: Bool

    /// The entries that `path` goes through, from the top. A relative path begins in the working directory.
    ///
    /// All of them matter: a directory that is removed does not say so itself as long as a file that was in it is open.
    static func chain(of path: String) -> [DirectoryEntry] {
        let components = path.split(separator: "/")
        var directory = path.hasPrefix("/") ? "/" : "."
        return components.enumerated().map { index, component in
            defer { directory += "/\(component)" }
            return DirectoryEntry(
                directory: directory, name: String(component), isIntermediate: index < components.count - 1)
        }
    }

    /// The entries to where `path` leads through symbolic links; none while it leads nowhere.
    static func resolvedChain(of path: String) -> [DirectoryEntry] {
        guard let resolved = realpath(path, nil) else { return [] }
        defer { free(resolved) }
        return chain(of: String(cString: resolved))
    }
}
