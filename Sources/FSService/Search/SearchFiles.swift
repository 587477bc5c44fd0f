import AgentCore
import Glibc
import Synchronization

/// What to look for in the files below a directory.
package struct SearchQuery: Sendable {
    package var directory: FilePath
    /// What lines must hold, as it is, or as an extended regular expression.
    package var text: String
    package var isRegularExpression = false
    /// Of ASCII letters.
    package var ignoresCase = false
    /// Which files to look into; `nil` for all.
    package var pattern: Glob?
    /// Larger files are passed over, in bytes.
    package var sizeLimit = Int64.max
    /// How many lines are found at most.
    package var limit = Int.max
    /// How many lines are shown before and after each, 0 through 20.
    package var context = 0
    /// Whether names that begin with a dot, and what is below, count.
    package var includesHidden = true

    package init(_ directory: FilePath, for text: String) {
        self.directory = directory
        self.text = text
    }
}

extension FileSystemService {
    /// Finds lines in files, in the order of `find`. Files with a NUL are binary and passed over from there on.
    ///
    /// - Throws: `invalidArgument` for a text or pattern that cannot be looked for, or what is not a directory;
    ///   `notFound`, `permissionDenied`.
    package func search(_ query: SearchQuery) async throws -> FoundLines {
        let matcher: LineMatcher =
            query.isRegularExpression
            ? .regularExpression(try RegularExpression(query.text, ignoresCase: query.ignoresCase))
            : .literal(try LiteralMatcher(query.text, ignoresCase: query.ignoresCase))
        let walk = try await blocking.run { () throws(AgentError) in
            try TreeWalk(
                query.directory, maximumDepth: query.pattern?.maximumDepth ?? .max,
                includesHidden: query.includesHidden)
        }
        return FoundLines(walk: FileSelection(query: query, matcher: matcher, walk: walk), blocking: blocking)
    }
}

/// Lines as they are found, several at a time. Some files are looked through ahead, side by side; beyond those the
/// search goes on when the last lines have been taken. Cancelling ends it. One iterator only.
package struct FoundLines: AsyncSequence, Sendable {
    package typealias Element = [Found<SearchHit>]

    fileprivate let walk: FileSelection
    fileprivate let blocking: BlockingPool

    package func makeAsyncIterator() -> Iterator { Iterator(lines: self, remaining: walk.query.limit) }

    package struct Iterator: AsyncIteratorProtocol {
        /// How many threads look through files at the same time.
        private static let width = Swift.max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

        private let lines: FoundLines
        private var remaining: Int
        /// What was looked into, in order, and not been told.
        private var ready: [FileSlice] = []

        fileprivate init(lines: FoundLines, remaining: Int) {
            self.lines = lines
            self.remaining = remaining
        }

        package mutating func next() async throws -> [Found<SearchHit>]? {
            while remaining > 0 {
                let batch = takeReady()
                if !batch.isEmpty { return batch }
                if let unfinished = ready.first?.rest {
                    ready[0] = try await slice(of: unfinished)
                } else if let more = try await lookAhead() {
                    ready = more
                } else {
                    return nil
                }
            }
            return nil
        }

        /// All that is ready up to the first file that is not finished.
        private mutating func takeReady() -> [Found<SearchHit>] {
            var batch: [Found<SearchHit>] = []
            while let first = ready.first {
                batch += first.found.prefix(remaining - batch.count)
                guard first.rest == nil else {
                    ready[0].found = []
                    break
                }
                ready.removeFirst()
            }
            remaining -= batch.count { if case .found = $0 { true } else { false } }
            return batch
        }

        private func slice(of search: FileSearch) async throws -> FileSlice {
            try await lines.blocking.run { () throws(AgentError) in FileSlice(continuing: search) }
        }

        /// Looks into the next files, each thread into a share of them; `nil` when there are no more.
        private func lookAhead() async throws -> [FileSlice]? {
            let steps = try await lines.blocking.run { [walk = lines.walk] () throws(AgentError) in walk.next() }
            guard !steps.isEmpty else { return nil }
            let share = (steps.count + Self.width - 1) / Self.width
            return try await withThrowingTaskGroup(of: (Int, [FileSlice]).self) { group in
                for start in stride(from: 0, to: steps.count, by: share) {
                    let own = steps[start..<Swift.min(start + share, steps.count)]
                    group.addTask { [lines] in
                        let slices = try await lines.blocking.run { () throws(AgentError) in
                            own.map { FileSlice(beginning: $0, of: lines.walk.query, lines.walk.matcher) }
                        }
                        return (start, slices)
                    }
                }
                let all = try await group.reduce(into: []) { $0.append($1) }
                return all.sorted { $0.0 < $1.0 }.flatMap(\.1)
            }
        }
    }
}

/// What one turn at a file has brought.
private struct FileSlice: Sendable {
    var found: [Found<SearchHit>] = []
    /// What is left of the file; `nil` at its end.
    var rest: FileSearch?

    init(beginning step: TreeWalk.Step, of query: SearchQuery, _ matcher: LineMatcher) {
        switch step {
        case .failure(let path, let error):
            self.init()
            found = [.failure(path: path, error)]
        case .entry(let entry):
            do throws(AgentError) {
                let search = try FileSearch(
                    entry, matcher: matcher, context: query.context, sizeLimit: query.sizeLimit)
                if let search { self.init(continuing: search) } else { self.init() }
            } catch {
                self.init()
                found = [.failure(path: entry.path, error)]
            }
        }
    }

    init(continuing search: FileSearch) {
        var search = search
        var hits: [SearchHit] = []
        do throws(AgentError) {
            let hasMore = try search.advance(into: &hits)
            found = hits.map { .found($0) }
            if hasMore { rest = search }
        } catch {
            found = hits.map { .found($0) } + [.failure(path: search.path, error)]
        }
    }

    private init() {}
}

/// The files to be looked into, as they are come upon. Used by one thread at a time.
private final class FileSelection: Sendable {
    private static let filesPerTurn = 64

    let query: SearchQuery
    let matcher: LineMatcher
    private let walk: Mutex<TreeWalk>

    init(query: SearchQuery, matcher: LineMatcher, walk: TreeWalk) {
        self.query = query
        self.matcher = matcher
        self.walk = Mutex(walk)
    }

    /// Regular files that match the pattern, and failures; empty at the end. Blocks.
    func next() -> [TreeWalk.Step] {
        walk.withLock { walk in
            var steps: [TreeWalk.Step] = []
            while steps.count < Self.filesPerTurn, let step = walk.next() {
                switch step {
                case .failure: steps.append(step)
                case .entry(let entry):
                    guard entry.kind == .regular, query.pattern?.matches(entry.relativePath) ?? true else { continue }
                    steps.append(step)
                }
            }
            return steps
        }
    }
}
