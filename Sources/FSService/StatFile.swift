import AgentCore
import Glibc

extension FileSystemService {
    /// What is known of the file at `path`. Links are followed.
    ///
    /// - Throws: `notFound`, also for a link that leads nowhere; `permissionDenied`.
    package func info(of path: FilePath) async throws -> FileInfo {
        try await blocking.run { () throws(AgentError) in
            guard let status = try SystemCalls.status(of: path, followingLink: true) else {
                throw .system(errno: ENOENT, operation: "look at", path: path.description)
            }
            let name = String(decoding: path.lastComponent, as: UTF8.self)
            return FileInfo(name: name, path: path.description, status: status)
        }
    }
}
