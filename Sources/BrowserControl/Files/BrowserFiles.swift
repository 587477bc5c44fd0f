import AgentCore
import FSService
import Glibc

/// Puts files where the browser finds them, as its user's own.
struct BrowserFiles: Sendable {
    let places: BrowserPlaces
    let files: FileSystemService

    var flags: FlagFile { FlagFile(file: SmallFile(path: places.flags, files: files)) }
    var policies: PolicyFile { PolicyFile(file: SmallFile(path: places.policies, files: files)) }

    /// Gives a tree to the browser's user, if the agent may and there is such a user.
    func give(_ path: FilePath) async throws {
        guard geteuid() == 0, let user = try UserEntry(named: places.user) else { return }
        try await files.setOwner(ofTree: path, user: user.uid, group: user.gid)
    }

    /// A name beside `path` that nobody else has and that listings of extensions pass over.
    func sibling(of path: FilePath, for purpose: String) throws(AgentError) -> FilePath {
        let number = String(UInt64.random(in: .min ... .max), radix: 36)
        return path.parent.appending(try FilePath(".\(purpose)-\(number)"))
    }

    func exists(_ path: FilePath) async -> Bool { (try? await files.info(of: path)) != nil }
}
