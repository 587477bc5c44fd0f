import AgentCore
import Glibc

extension FileSystemService {
    /// What is known of the file at `path`. Links are followed; that `path` is one shows in `linkTarget`.
    ///
    /// - Throws: `notFound`, also for a link that leads nowhere; `permissionDenied`.
    package func info(of path: FilePath) async throws -> FileInfo {
        try await blocking.run { () throws(AgentError) in
            guard let status = try SystemCalls.status(of: path, followingLink: true) else {
                throw .system(errno: ENOENT, operation: "look at", path: path.description)
            }
            var names = OwnerNames()
            return FileInfo(
                path: path, status: status, names: &names, linkTarget: try? SystemCalls.linkTarget(of: path))
        }
    }
}
