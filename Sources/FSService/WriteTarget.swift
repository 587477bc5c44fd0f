import AgentCore
import CFileSystem
import Glibc

/// The place a file is written to: a directory, held open, and a name in it that is no symbolic link.
struct WriteTarget: Sendable {
    /// As many links as the kernel follows (`man 7 path_resolution`).
    private static let maximumLinks = 40

    /// As it was asked for, for messages.
    let path: FilePath
    let name: FilePath
    let directory: Descriptor

    /// Follows links to the file that is to be written, and creates the directories that lead to it. Blocks.
    ///
    /// - Throws: `invalidArgument` when something is there that is not a regular file, or links lead in a circle;
    ///   `permissionDenied` when the daemon's user may not write the file that is there.
    init(resolving path: FilePath) throws(AgentError) {
        let resolved = try Self.followLinks(path)
        self.path = path
        name = try FilePath(bytes: Array(resolved.lastComponent))
        directory = try Self.openDirectory(resolved.parent)
    }

    private static func followLinks(_ path: FilePath) throws(AgentError) -> FilePath {
        var candidate = path
        for _ in 0..<maximumLinks {
            guard !candidate.namesDirectory else { throw refused(path, because: "it names a directory") }
            guard let status = try SystemCalls.status(of: candidate, followingLink: false) else { return candidate }
            let kind = FileKind(mode: status.st_mode)
            guard kind == .symbolicLink else {
                try requireWritable(candidate, kind: kind, path: path)
                return candidate
            }
            candidate = candidate.resolvingLink(to: try SystemCalls.linkTarget(of: candidate))
        }
        throw .system(errno: ELOOP, operation: "write", path: path.description)
    }

    /// A rename asks for no permission on the file it replaces, so the question is put here.
    private static func requireWritable(_ file: FilePath, kind: FileKind, path: FilePath) throws(AgentError) {
        guard kind == .regular else { throw refused(path, because: "it is \(kind.phrase), not a regular file") }
        try SystemCalls.check("write", path) { file.withCString { access($0, W_OK) } }
    }

    private static func refused(_ path: FilePath, because reason: String) -> AgentError {
        .invalidArgument("cannot write \(path): \(reason)")
    }

    private static func openDirectory(_ path: FilePath) throws(AgentError) -> Descriptor {
        do throws(AgentError) {
            return try SystemCalls.open(path, GA_O_PATH | O_DIRECTORY)
        } catch let error where error.code == .notFound {
            try SystemCalls.makeDirectories(path)
            return try SystemCalls.open(path, GA_O_PATH | O_DIRECTORY)
        }
    }
}
