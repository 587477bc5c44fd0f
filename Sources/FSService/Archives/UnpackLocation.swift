import AgentCore
import CFileSystem
import Glibc

/// The deepest directory of a path that exists, and the names of those beneath it that do not.
struct UnpackLocation {
    let base: Descriptor
    /// What `base` is called.
    let basePath: FilePath
    let missing: EntryPath

    /// Follows links.
    ///
    /// - Throws: `invalidArgument` when something on the way is not a directory; `permissionDenied`.
    init(_ path: FilePath) throws(AgentError) {
        var existing = path
        var missing: [FilePath] = []
        while true {
            do throws(AgentError) {
                base = try SystemCalls.open(existing, GA_O_PATH | O_DIRECTORY, operation: "unpack into", shownAs: path)
                break
            } catch let error where error.code == .notFound && existing.parent != existing {
                missing.insert(try FilePath(bytes: Array(existing.lastComponent)), at: 0)
                existing = existing.parent
            }
        }
        guard !missing.contains(where: { $0.namesDirectory }) else {
            throw .invalidArgument(
                "cannot unpack into \(path): there is . or .. behind a directory that does not exist")
        }
        basePath = existing
        self.missing = EntryPath(components: missing)
    }
}
