import AgentCore
import Glibc

extension FileSystemService {
    /// Deletes a file of any kind, or an empty directory. A link is deleted, not what it leads to.
    ///
    /// - Throws: `notFound`; `conflict` for a directory that is not empty; `permissionDenied`.
    package func deleteFile(_ path: FilePath) async throws {
        try await blocking.run { () throws(AgentError) in
            if path.withCString({ unlink($0) }) == 0 { return }
            // EISDIR is how Linux says that it is a directory (`man 2 unlink`).
            guard errno == EISDIR else {
                throw .system(errno: errno, operation: "delete", path: path.description)
            }
            try SystemCalls.check("delete", path) { path.withCString { rmdir($0) } }
        }
    }

    /// Deletes a directory with everything in it. A path that does not exist is fine: then there is nothing to do.
    ///
    /// A link to a directory is deleted and the directory stays. When something in the tree cannot be deleted, what was
    /// deleted before stays deleted.
    ///
    /// - Throws: `invalidArgument` for what is no directory, and for `/`, `.` and `..`; `permissionDenied`.
    package func deleteDirectory(_ path: FilePath) async throws {
        try await blocking.run { () throws(AgentError) in
            let name = try FilePath(bytes: Array(path.lastComponent))
            guard !name.isReserved else {
                throw .invalidArgument("cannot delete \(path): name the directory, not \(name)")
            }
            let parent: Descriptor
            do throws(AgentError) {
                parent = try SystemCalls.open(path.parent, O_RDONLY | O_DIRECTORY, operation: "delete", shownAs: path)
            } catch let error where error.code == .notFound {
                return
            }
            try Self.deleteDirectory(name, in: parent, path: path)
        }
    }

    private static func deleteDirectory(
        _ name: FilePath, in parent: Descriptor, path: FilePath
    ) throws(AgentError) {
        guard let status = try SystemCalls.status(of: name, in: parent, followingLink: false) else { return }
        switch FileKind(mode: status.st_mode) {
        case .directory:
            try TreeRemoval.remove(name, in: parent, shownAs: path)
        case .symbolicLink where try leadsToDirectory(name, in: parent):
            try SystemCalls.check("delete", path) { name.withCString { unlinkat(parent.number, $0, 0) } }
        case let kind:
            throw .invalidArgument("cannot delete \(path): it is \(kind.phrase), not a directory")
        }
    }

    private static func leadsToDirectory(_ name: FilePath, in parent: Descriptor) throws(AgentError) -> Bool {
        let status = try SystemCalls.status(of: name, in: parent, followingLink: true)
        return status.map { FileKind(mode: $0.st_mode) } == .directory
    }
}
