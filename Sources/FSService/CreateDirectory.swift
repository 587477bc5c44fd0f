import AgentCore
import Glibc

extension FileSystemService {
    /// Creates a directory and those above it that are missing. One that is there already is fine and stays as it is.
    ///
    /// - Parameter mode: what a new directory gets, untouched by the umask; missing parents get `rwxr-xr-x`.
    /// - Throws: `conflict` when something else has the name; `permissionDenied`; `insufficientStorage`;
    ///   `invalidArgument` when a part of the path is no directory.
    package func createDirectory(_ path: FilePath, mode: FileMode = .newDirectory) async throws {
        try await blocking.run { () throws(AgentError) in
            if path.parent != path { try SystemCalls.makeDirectories(path.parent) }
            guard try SystemCalls.makeDirectory(path) else { return try Self.requireDirectory(path) }
            try SystemCalls.check("set the mode of", path) { path.withCString { chmod($0, mode.rawValue) } }
        }
    }

    private static func requireDirectory(_ path: FilePath) throws(AgentError) {
        let status = try SystemCalls.status(of: path, followingLink: true)
        guard let status else {
            throw .conflict("cannot create the directory \(path): a link that leads nowhere is there")
        }
        let kind = FileKind(mode: status.st_mode)
        guard kind == .directory else {
            throw .conflict("cannot create the directory \(path): \(kind.phrase) is there")
        }
    }
}
