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
    /// Outermost first; none when all were there.
    private let createdDirectories: [FilePath]

    /// Follows links to the file that is to be written, and creates the directories that lead to it. Blocks.
    ///
    /// - Throws: `invalidArgument` when something is there that is not a regular file, or links lead in a circle;
    ///   `permissionDenied` when the daemon's user may not write the file that is there.
    init(resolving path: FilePath) throws(AgentError) {
        let resolved = try Self.followLinks(path)
        self.path = path
        name = try FilePath(bytes: Array(resolved.lastComponent))
        (directory, createdDirectories) = try Self.openDirectory(resolved.parent)
    }

    /// Removes what `init` created, as far as it is empty.
    func removeCreatedDirectories() {
        SystemCalls.removeEmptyDirectories(createdDirectories)
    }

    /// Returns when the name, and those of the directories that lead to it as far as they are new, are on the disk.
    func syncNames() throws(AgentError) {
        for path in createdDirectories.map(\.parent) {
            try sync(try SystemCalls.open(path, O_RDONLY | O_DIRECTORY))
        }
        // What was opened only as a place to name others from cannot be synchronised.
        try sync(try SystemCalls.open(.current, in: directory, O_RDONLY | O_DIRECTORY, shownAs: path))
    }

    private func sync(_ directory: Descriptor) throws(AgentError) {
        try SystemCalls.check("write the directory of", path) { fsync(directory.number) }
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

    private static func openDirectory(
        _ path: FilePath
    ) throws(AgentError) -> (directory: Descriptor, created: [FilePath]) {
        do throws(AgentError) {
            return (try SystemCalls.open(path, GA_O_PATH | O_DIRECTORY), [])
        } catch let error where error.code == .notFound {
            let created = try SystemCalls.makeDirectories(path)
            return (try SystemCalls.open(path, GA_O_PATH | O_DIRECTORY), created)
        }
    }
}
