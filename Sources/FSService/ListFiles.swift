import AgentCore
import Glibc

/// One page of a directory, in shares: each was looked at, and turned into `Share`, by one thread.
package struct DirectoryPage<Share: Sendable>: Sendable {
    /// In the order of the names.
    package let shares: [Share]
    /// Where the next page begins; `nil` on the last one.
    package let nextOffset: Int?
}

extension FileSystemService {
    /// How many entries one thread looks at before it takes the next share: a large directory keeps all cores busy and
    /// lets other work in between.
    private static let entriesPerShare = 1024

    /// The entries of a directory, sorted by the bytes of their names; `.` and `..` are left out. Links among them
    /// are not followed. An entry that vanishes while the directory is read is left out.
    ///
    /// - Parameters:
    ///   - offset: how many names are passed over, and `limit` how many follow; `nil` for all.
    ///   - gather: makes of the entries what is wanted of them, on the thread that has just looked at them. That is
    ///     where the time goes in a large directory, and there are several such threads.
    /// - Throws: `notFound`, `permissionDenied`; `invalidArgument` for what is not a directory.
    package func list<Share: Sendable>(
        _ path: FilePath, offset: Int = 0, limit: Int? = nil,
        gathering gather: @escaping @Sendable ([FileInfo]) -> Share
    ) async throws -> DirectoryPage<Share> {
        let (directory, names) = try await blocking.run { () throws(AgentError) in
            // O_DIRECTORY refuses anything else before it is opened, so a FIFO cannot make this wait.
            let directory = try SystemCalls.open(path, O_RDONLY | O_DIRECTORY, operation: "list")
            return (directory, try DirectoryNames(reading: directory, path: path))
        }
        let start = min(offset, names.count)
        let end = limit.map { start + min($0, names.count - start) } ?? names.count
        let shares = try await withThrowingTaskGroup(of: (start: Int, share: Share).self) { group in
            for positions in Self.shares(of: start..<end) {
                group.addTask {
                    try await blocking.run { () throws(AgentError) in
                        (positions.lowerBound, gather(try Self.entries(names, positions, of: directory, path: path)))
                    }
                }
            }
            let finished = try await group.reduce(into: []) { $0.append($1) }
            return finished.sorted { $0.start < $1.start }.map(\.share)
        }
        return DirectoryPage(shares: shares, nextOffset: end < names.count ? end : nil)
    }

    private static func shares(of positions: Range<Int>) -> [Range<Int>] {
        stride(from: positions.lowerBound, to: positions.upperBound, by: entriesPerShare).map {
            $0..<min($0 + entriesPerShare, positions.upperBound)
        }
    }

    private static func entries(
        _ names: DirectoryNames, _ share: Range<Int>, of directory: Descriptor, path: FilePath
    ) throws(AgentError) -> [FileInfo] {
        var reader = EntryReader(directory: directory, path: path)
        var entries: [FileInfo] = []
        entries.reserveCapacity(share.count)
        var failure: AgentError?
        names.forEach(in: share) { name in
            guard failure == nil else { return }
            do throws(AgentError) {
                if let entry = try reader.info(of: name) { entries.append(entry) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return entries
    }
}
