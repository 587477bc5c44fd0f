import AgentCore

extension LogFile {
    /// Where the last lines before `end` begin; empty lines are not counted.
    ///
    /// Reads backwards from the end, so it takes time and no memory for the lines themselves.
    ///
    /// - Parameters:
    ///   - count: of lines, more than 0.
    ///   - countsUnfinished: whether what follows the last line feed is one of them. It is part of the result anyway.
    func start(ofLast count: Int, before end: Int64, countsUnfinished: Bool) throws(AgentError) -> Int64 {
        var search = TailSearch(wanted: count, end: end, isFinished: !countsUnfinished)
        var chunkEnd = end
        while chunkEnd > 0, search.start == nil {
            let chunkStart = max(0, chunkEnd - Int64(Self.chunkSize))
            try readAll(from: chunkStart, to: chunkEnd) { search.goBack(over: $0, at: chunkStart) }
            chunkEnd = chunkStart
        }
        return search.start ?? 0
    }

    /// How far the file goes, also where its size says nothing about that.
    func end() throws(AgentError) -> Int64 {
        guard !hasSize else { return try size() }
        var position: Int64 = 0
        while true {
            let count = try read(from: position) { $0.count }
            guard count > 0 else { return position }
            position += Int64(count)
        }
    }

    /// Gives `body` these bytes, at most a chunk of them, or as many as there still are.
    private func readAll(
        from start: Int64, to end: Int64, body: (UnsafeRawBufferPointer) -> Void
    ) throws(AgentError) {
        var bytes: [UInt8] = []
        while start + Int64(bytes.count) < end {
            let count = try read(from: start + Int64(bytes.count)) { piece in
                bytes.append(contentsOf: piece.prefix(Int(end - start) - bytes.count))
                return piece.count
            }
            if count == 0 { break }
        }
        bytes.withUnsafeBytes(body)
    }
}

/// Finds the beginning of the last lines of a file whose bytes it is given from the end.
private struct TailSearch {
    /// The result, once it is known.
    private(set) var start: Int64?
    private var wanted: Int
    /// Where the line ends that is being gone over.
    private var lineEnd: Int64
    /// Whether a line is being gone over that counts: the unfinished one may not.
    private var counts: Bool

    init(wanted: Int, end: Int64, isFinished: Bool) {
        self.wanted = wanted
        lineEnd = end
        counts = !isFinished
    }

    /// - Parameter offset: of the first of `bytes`.
    mutating func goBack(over bytes: UnsafeRawBufferPointer, at offset: Int64) {
        var rest = bytes
        while start == nil, let index = rest.lastIndex(of: UInt8(ascii: "\n")) {
            pass(lineFeedAt: offset + Int64(index))
            rest = UnsafeRawBufferPointer(rebasing: rest.prefix(index))
        }
    }

    private mutating func pass(lineFeedAt position: Int64) {
        if counts, position + 1 < lineEnd {
            wanted -= 1
            if wanted == 0 { start = position + 1 }
        }
        counts = true
        lineEnd = position
    }
}
