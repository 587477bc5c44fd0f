import AgentCore
import Glibc

/// What a watch was asked for, and where that really is.
struct WatchRoot: Sendable {
    /// As it was asked for, slashes at the end aside: events are told below it.
    let shown: FilePath
    /// The directory whose names are watched, without links: the root itself or, of a file, the one that holds it.
    let directory: FilePath
    /// Of a watched file, its name in `directory`; other names there are nobody's concern.
    let fileName: [UInt8]?

    /// Follows links to what `path` means now. Blocks.
    ///
    /// - Throws: `notFound`, `permissionDenied`.
    init(resolving path: FilePath) throws(AgentError) {
        guard let status = try SystemCalls.status(of: path, followingLink: true) else {
            throw .system(errno: ENOENT, operation: "watch", path: path.description)
        }
        guard let resolved = path.withCString({ realpath($0, nil) }) else {
            throw .system(errno: errno, operation: "watch", path: path.description)
        }
        defer { free(resolved) }
        let real = FilePath(component: resolved)
        let isDirectory = FileKind(mode: status.st_mode) == .directory
        shown = path.trimmed
        directory = isDirectory ? real : real.parent
        fileName = isDirectory ? nil : Array(real.lastComponent)
    }
}
