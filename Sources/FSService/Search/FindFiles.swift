package import AgentCore
import Glibc
import Synchronization

/// What to find below a directory.
package struct FindQuery: Sendable {
    package var directory: FilePath
    /// `nil` for everything.
    package var pattern: Glob?
    /// `nil` for every kind.
    package var kind: FileKind?
    /// 1 for the entries of the directory alone.
    package var maximumDepth = Int.max
    /// How many are found at most.
    package var limit = Int.max
    /// Whether names that begin with a dot, and what is below, count.
    package var includesHidden = true

    package init(_ directory: FilePath) {
        self.directory = directory
    }
}

/// What a look through a tree comes upon.
package enum Found<Value: Sendable>: Sendable {
    case found(Value)
    /// A file or directory that could not be read, and is passed over.
    case failure(path: FilePath, AgentError)
}

extension FileSystemService {
    /// Finds files by their names. A directory comes before what is in it, names in the order of their bytes; links are
    /// not followed, and `/proc` and the like not entered from outside.
    ///
    /// - Throws: `notFound`, `permissionDenied`; `invalidArgument` for what is not a directory.
    package func find(_ query: FindQuery) async throws -> FoundFiles {
        let depth = min(query.maximumDepth, query.pattern?.maximumDepth ?? .max)
        let walk = try await blocking.run { () throws(AgentError) in
            try TreeWalk(query.directory, maximumDepth: depth, includesHidden: query.includesHidden)
        }
        return FoundFiles(search: FileFinding(query: query, walk: walk), blocking: blocking)
    }
}

/// Files as they are found, several at a time. The search goes on when the last ones have been taken, so a slow reader
/// costs no memory; cancelling ends it. One iterator only.
package struct FoundFiles: AsyncSequence, Sendable {
    package typealias Element = [Found<FileInfo>]

    fileprivate let search: FileFinding
    fileprivate let blocking: BlockingPool

    package func makeAsyncIterator() -> Iterator { Iterator(files: self) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let files: FoundFiles

        package mutating func next() async throws -> [Found<FileInfo>]? {
            while true {
                let batch = try await files.blocking.run { [search = files.search] () throws(AgentError) in
                    search.advance()
                }
                guard let batch else { return nil }
                if !batch.isEmpty { return batch }
            }
        }
    }
}

/// Where a search is. Used by one thread at a time.
private final class FileFinding: Sendable {
    private struct State {
        var walk: TreeWalk
        var names = OwnerNames()
        var remaining: Int
    }

    /// A thread of the pool is let go of after that many names, so that others get their turn.
    private static let namesPerTurn = 4096
    private static let batchSize = 512

    private let query: FindQuery
    private let state: Mutex<State>

    init(query: FindQuery, walk: TreeWalk) {
        self.query = query
        state = Mutex(State(walk: walk, remaining: query.limit))
    }

    /// What is found next, which may be nothing yet; `nil` at the end. Blocks.
    func advance() -> [Found<FileInfo>]? {
        state.withLock { state in
            var batch: [Found<FileInfo>] = []
            for _ in 0..<Self.namesPerTurn where batch.count < Self.batchSize {
                guard state.remaining > 0, let step = state.walk.next() else { return batch.isEmpty ? nil : batch }
                switch step {
                case .failure(let path, let error): batch.append(.failure(path: path, error))
                case .entry(let entry):
                    guard matches(entry), let info = Self.info(of: entry, names: &state.names) else { continue }
                    batch.append(.found(info))
                    state.remaining -= 1
                }
            }
            return batch
        }
    }

    private func matches(_ entry: TreeWalk.Entry) -> Bool {
        if let kind = query.kind, entry.kind != kind { return false }
        return query.pattern?.matches(entry.relativePath) ?? true
    }

    /// `nil` when it has vanished.
    private static func info(of entry: TreeWalk.Entry, names: inout OwnerNames) -> FileInfo? {
        let status = try? SystemCalls.status(of: entry.name, in: entry.directory, followingLink: false)
        guard let status else { return nil }
        let isLink = FileKind(mode: status.st_mode) == .symbolicLink
        let target = isLink ? try? SystemCalls.linkTarget(of: entry.name, in: entry.directory) : nil
        return FileInfo(path: entry.path, status: status, names: &names, linkTarget: target)
    }
}
