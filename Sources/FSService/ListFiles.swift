import AgentCore
import Glibc

extension FileSystemService {
    /// The entries of a directory, sorted by the bytes of their names; `.` and `..` are left out. Links among them
    /// are not followed. An entry that vanishes while the directory is read is left out.
    ///
    /// - Throws: `notFound`, `permissionDenied`; `invalidArgument` for what is not a directory.
    package func list(_ path: FilePath) async throws -> [FileInfo] {
        try await blocking.run { () throws(AgentError) in
            // O_DIRECTORY refuses anything else before it is opened, so a FIFO cannot make this wait.
            let directory = try SystemCalls.open(path, O_RDONLY | O_DIRECTORY, operation: "list")
            let names = try DirectoryNames(reading: directory, path: path)
            return try Self.entries(names, of: directory, path: path)
        }
    }

    private static func entries(
        _ names: DirectoryNames, of directory: Descriptor, path: FilePath
    ) throws(AgentError) -> [FileInfo] {
        let prefix = path.bytes.last == UInt8(ascii: "/") ? path.description : path.description + "/"
        var entries: [FileInfo] = []
        entries.reserveCapacity(names.count)
        var failure: AgentError?
        names.forEachSorted { name in
            var status = stat()
            if fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 {
                let text = String(cString: name)
                entries.append(FileInfo(name: text, path: prefix + text, status: status))
            } else if errno != ENOENT, failure == nil {
                failure = .system(errno: errno, operation: "look at", path: prefix + String(cString: name))
            }
        }
        if let failure { throw failure }
        return entries
    }
}
