import AgentCore
import Glibc

extension FileSystemService {
    /// Gives a file or directory, with everything in it, to a user. Links are given away, not what they lead to.
    ///
    /// - Throws: `notFound`, `permissionDenied`. Some of it may have been given away by then.
    package func setOwner(ofTree path: FilePath, user: UInt32, group: UInt32) async throws {
        try await blocking.run { () throws(AgentError) in
            try SystemCalls.check("give away", path) { path.withCString { lchown($0, user, group) } }
            try Self.give(path, to: (user, group))
        }
    }

    /// - Parameter path: a directory; anything else has nothing in it.
    private static func give(_ path: FilePath, to owner: (user: UInt32, group: UInt32)) throws(AgentError) {
        let directory: Descriptor
        do throws(AgentError) {
            directory = try SystemCalls.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, operation: "give away")
        } catch let error where error.code == .invalidArgument || error.code == .notFound {
            return
        }
        let names = try DirectoryNames(reading: directory, path: path)
        for index in 0..<names.count {
            let (name, inner) = (names[index], path.appending(names[index]))
            try SystemCalls.check("give away", inner) {
                name.withCString { fchownat(directory.number, $0, owner.user, owner.group, AT_SYMLINK_NOFOLLOW) }
            }
            let status = try SystemCalls.status(of: name, in: directory, followingLink: false)
            if status.map({ FileKind(mode: $0.st_mode) }) == .directory { try give(inner, to: owner) }
        }
    }
}
