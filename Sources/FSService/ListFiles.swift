import AgentCore
import Glibc

extension FileSystemService {
    /// How many entries one thread looks at before it takes the next share: a large directory keeps all cores busy and
    /// lets other work in between.
    private static let entriesPerShare = 1024

    /// The entries of a directory, sorted by the bytes of their names; `.` and `..` are left out. Links among them
    /// are not followed. An entry that vanishes while the directory is read is left out.
    ///
    /// - Throws: `notFound`, `permissionDenied`; `invalidArgument` for what is not a directory.
    package func list(_ path: FilePath) async throws -> [FileInfo] {
        let (directory, names) = try await blocking.run { () throws(AgentError) in
            // O_DIRECTORY refuses anything else before it is opened, so a FIFO cannot make this wait.
            let directory = try SystemCalls.open(path, O_RDONLY | O_DIRECTORY, operation: "list")
            return (directory, try DirectoryNames(reading: directory, path: path))
        }
        return try await withThrowingTaskGroup(of: (start: Int, entries: [FileInfo]).self) { group in
            for share in Self.shares(of: names.count) {
                group.addTask {
                    try await blocking.run { () throws(AgentError) in
                        (share.lowerBound, try Self.entries(names, share, of: directory, path: path))
                    }
                }
            }
            let finished = try await group.reduce(into: []) { $0.append($1) }
            return finished.sorted { $0.start < $1.start }.flatMap(\.entries)
        }
    }

    private static func shares(of count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: entriesPerShare).map { $0..<min($0 + entriesPerShare, count) }
    }

    private static func entries(
        _ names: DirectoryNames, _ share: Range<Int>, of directory: Descriptor, path: FilePath
    ) throws(AgentError) -> [FileInfo] {
        let prefix = path.bytes.last == UInt8(ascii: "/") ? path.description : path.description + "/"
        var entries: [FileInfo] = []
        entries.reserveCapacity(share.count)
        var failure: AgentError?
        names.forEach(in: share) { name in
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
