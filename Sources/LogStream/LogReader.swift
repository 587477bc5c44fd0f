import AgentCore

/// One reader's place in one log. Runs on the thread of the log's descriptor loop, where reading may block.
///
/// The file is the buffer: nothing is read before it is asked for. Files that take over the path in the meantime are
/// opened as they appear and kept until their turn, so that a slow reader loses nothing to rotation.
actor LogReader {
    /// A file and the observation that tells when it grows.
    private struct Source {
        let file: LogFile
        let observation: FileObservation?
    }

    /// How many rotations a reader may be behind; each holds a descriptor.
    private static let rotationLimit = 64

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private nonisolated let loop: DescriptorLoop
    private let changes: FileChanges
    private let path: String
    private let follow: Bool
    private let tail: Int?
    private var source: Source?
    private var position: Int64 = 0
    private var largestSize: Int64 = 0
    /// `source` became smaller: what is in it now is new from the beginning.
    private var wasTruncated = false
    /// `source` has been replaced and is read to its end once more.
    private var isDraining = false
    private var splitter = LineSplitter()
    /// Files that took over the path after `source`, oldest first.
    private var successors: [Source] = []
    private var entries: [DirectoryEntry: FileObservation] = [:]
    /// What ends the stream once everything before it has been read.
    private var failure: AgentError?
    private var waiter: CheckedContinuation<Void, Never>?

    init(_ path: String, follow: Bool, tail: Int?, changes: FileChanges, loop: DescriptorLoop) {
        self.path = path
        self.follow = follow
        self.tail = tail
        self.changes = changes
        self.loop = loop
    }

    /// Finds the place to start at: where the wanted last lines begin; without such a wish the beginning of the file,
    /// or its current end to follow it from.
    ///
    /// - Throws: `notFound` when there is no such file and it is not to be followed; `AgentError` when the path is not
    ///   a readable regular file.
    func start() throws(AgentError) {
        guard follow else {
            let file = try LogFile(path)
            source = Source(file: file, observation: nil)
            if let tail { position = try start(ofLast: tail, in: file, before: file.end()) }
            return
        }
        try observeEntries()
        guard let file = try fileAtPath() else { return }
        source = try observed(file)
        largestSize = try file.size()
        position = try start(ofLast: tail ?? 0, in: file, before: largestSize)
    }

    /// A line that is not finished will come as one of those that are followed.
    private func start(ofLast count: Int, in file: LogFile, before end: Int64) throws(AgentError) -> Int64 {
        count == 0 ? end : try file.start(ofLast: count, before: end, countsUnfinished: !follow)
    }

    /// The next lines, at least one; `nil` at the end of the stream, or when the task is cancelled.
    ///
    /// Waits for lines to be written when the file is followed. Not to be called again before it has returned.
    ///
    /// - Throws: `AgentError` when the file cannot be read any more, or something else than a regular file has taken
    ///   its place.
    func next() async throws -> [LogLine]? {
        while !Task.isCancelled {
            let lines = try readLines()
            if !lines.isEmpty {
                let now = LogLine.now()
                return lines.map { LogLine(timestamp: now, message: $0) }
            }
            guard follow else { return nil }
            await waitForChange()
        }
        return nil
    }

    /// Reads until there is a line, or nothing more to read now.
    private func readLines() throws(AgentError) -> [String] {
        while true {
            var lines = try readChunk()
            if lines == nil { lines = try passEndOfFile() }
            guard let lines else { return [] }
            if !lines.isEmpty { return lines }
        }
    }

    /// The lines a chunk of the file completes; `nil` at its end.
    private func readChunk() throws(AgentError) -> [String]? {
        guard let source else { return nil }
        if wasTruncated {
            wasTruncated = false
            position = 0
            return flushed()
        }
        let (lines, count) = try source.file.read(from: position) { (splitter.split($0), $0.count) }
        position += Int64(count)
        // What was read was there: a file that is shorter at the next look has been truncated, however early that is.
        largestSize = max(largestSize, position)
        return count == 0 ? nil : lines
    }

    /// Finds out what the end of the file means: the lines that end with it when there is more to read, `nil` when
    /// there is nothing more now.
    private func passEndOfFile() throws(AgentError) -> [String]? {
        guard follow else { return splitter.flush().map { [$0] } }
        try noteSize()
        if wasTruncated { return [] }
        if try isReplaced() {
            // A writer that has begun with the new file is done with the old one, but may have written to it between
            // our reading and the look at the new one.
            defer { isDraining.toggle() }
            return isDraining ? takeSuccessor() : []
        }
        if let failure { throw failure }
        return nil
    }

    /// Whether the writer has left the file for another. An empty successor is no sign of that: a rotated program
    /// writes to the file it has open until it is told.
    private func isReplaced() throws(AgentError) -> Bool {
        guard let successor = successors.first else { return false }
        if source == nil || successors.count > 1 { return true }
        return try successor.file.size() > 0
    }

    private func takeSuccessor() -> [String] {
        source = successors.removeFirst()
        position = 0
        largestSize = 0
        wasTruncated = false
        return flushed()
    }

    private func flushed() -> [String] {
        splitter.flush().map { [$0] } ?? []
    }

    /// Looks whether the file has become smaller. Done at each change too, before it grows past the old size.
    private func noteSize() throws(AgentError) {
        guard let file = source?.file, file.hasSize else { return }
        let size = try file.size()
        if size < largestSize { wasTruncated = true }
        largestSize = size
    }

    private func waitForChange() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter = $0 }
        } onCancel: {
            loop.schedule(after: .zero) { self.assumeIsolated { $0.wake() } }
        }
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }
}

// What inotify tells.
extension LogReader {
    private func fileChanged() {
        do {
            try noteSize()
        } catch {
            failure = error
        }
        wake()
    }

    private func directoryChanged(_ entry: DirectoryEntry, name: String?) {
        guard name == nil || name == entry.name else { return }
        do {
            try observeEntries()
            try queueSuccessor()
        } catch {
            failure = error
        }
        wake()
    }

    /// Opens the file that the path leads to now, unless it is known.
    private func queueSuccessor() throws(AgentError) {
        let newest = successors.last ?? source
        guard let file = try fileAtPath(), file.identity != newest?.file.identity else { return }
        guard successors.count < Self.rotationLimit else {
            throw AgentError(.resourceExhausted, "the reader of \(path) is \(Self.rotationLimit) rotations behind")
        }
        successors.append(try observed(file))
    }

    /// `nil` while there is none.
    private func fileAtPath() throws(AgentError) -> LogFile? {
        do {
            return try LogFile(path)
        } catch  where error.code == .notFound {
            return nil
        }
    }

    private func observed(_ file: LogFile) throws(AgentError) -> Source {
        let observation = try changes.observe(file.descriptorPath, as: .file) { [weak self] _ in
            self?.assumeIsolated { $0.fileChanged() }
        }
        return Source(file: file, observation: observation)
    }

    /// Observes every name that has to change for the path to lead to another file.
    ///
    /// From the top, so that a directory which appears meanwhile is either observed or reported by the one above. What
    /// was observed before is let go of last, so that no change falls between.
    private func observeEntries() throws(AgentError) {
        var observations: [DirectoryEntry: FileObservation] = [:]
        for chain in [DirectoryEntry.chain(of: path), DirectoryEntry.resolvedChain(of: path)] {
            do {
                for entry in chain where observations[entry] == nil { observations[entry] = try observed(entry) }
            } catch  where error.code == .notFound {
                continue
            }
        }
        entries = observations
    }

    /// `nil` for a directory on the way that may be passed through but not read.
    private func observed(_ entry: DirectoryEntry) throws(AgentError) -> FileObservation? {
        do {
            return try changes.observe(entry.directory, as: .directory) { [weak self] name in
                self?.assumeIsolated { $0.directoryChanged(entry, name: name) }
            }
        } catch  where error.code == .permissionDenied && entry.isIntermediate {
            return nil
        }
    }
}
