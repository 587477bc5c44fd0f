import AgentCore
import Glibc

extension FileSystemService {
    /// Gives a file or directory another path. What a rename may replace is replaced: a file by a file, an empty
    /// directory by a directory. Links are moved, not followed.
    ///
    /// To another file system the tree is copied (`TreeCopy`) under a hidden name, put in place in one step when it is
    /// complete, and only then deleted here. That takes its time; it goes on to its end once it has begun.
    ///
    /// - Throws: `notFound` for the source or the directory of the destination; `conflict` when the destination is a
    ///   directory with something in it; `invalidArgument` for a directory moved into itself, or a file to where a
    ///   directory is; `permissionDenied`, `insufficientStorage`.
    package func move(_ source: FilePath, to destination: FilePath) async throws {
        try await blocking.run { [diskFloor] () throws(AgentError) in
            let result = source.withCString { old in destination.withCString { rename(old, $0) } }
            if result == 0 { return }
            let error = errno
            guard error != EXDEV else {
                return try CrossDeviceMove(from: source, to: destination, leaving: diskFloor).run()
            }
            throw Self.renameFailure(errno: error, source: source, destination: destination)
        }
    }

    /// The kernel does not say which of the two paths it means.
    private static func renameFailure(errno: Int32, source: FilePath, destination: FilePath) -> AgentError {
        let status = try? SystemCalls.status(of: source, followingLink: false)
        if errno == ENOENT, status != nil {
            return .notFound("cannot move \(source) to \(destination): the directory it shall go to does not exist")
        }
        return .system(errno: errno, operation: "move \(source) to", path: destination.description)
    }
}
