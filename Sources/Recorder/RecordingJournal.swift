import AgentCore
import Glibc

/// What is known of a recording besides its video, in a file beside it that survives whatever ends the agent: when it
/// began, its marks, when it ended.
///
/// One fact a line, only ever appended. A line that was cut off is no fact. Every call blocks.
struct RecordingJournal: Sendable {
    /// The facts of a recording, as far as they were written down.
    struct Content: Equatable {
        var startedAt: UnixTime?
        var finishedAt: UnixTime?
        var marks: [RecordingMark] = []
    }

    let path: String

    /// Makes the file, or empties the one there is. It is on the disk when the call returns.
    func begin(at time: UnixTime) throws(AgentError) {
        try write("started \(Self.text(time))\n", O_CREAT | O_TRUNC)
    }

    /// Adds a mark, which is on the disk when the call returns.
    func add(_ mark: RecordingMark) throws(AgentError) {
        try write("mark \(mark.offset) \(Self.escape(mark.name))\n", O_APPEND)
    }

    /// Adds the end. Nobody waits for the disk: where that line is lost, the last picture tells the end.
    func end(at time: UnixTime) throws(AgentError) {
        try write("finished \(Self.text(time))\n", O_APPEND, isDurable: false)
    }

    /// Throws `notFound` when there is none.
    func read() throws(AgentError) -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno: errno, operation: "open", path: path) }
        defer { close(descriptor) }
        var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while case let count = Glibc.read(descriptor, &piece, piece.count), count > 0 { bytes += piece.prefix(count) }
        return Self.parse(bytes)
    }

    static func parse(_ bytes: [UInt8]) -> Content {
        var content = Content()
        // What stands behind the last line feed is not whole.
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            // By scalars: a blank and a combining mark behind it would be one character.
            let words = String(decoding: line, as: UTF8.self).unicodeScalars.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            switch String(words[0]) {
            case "started": content.startedAt = time(words[1])
            case "finished": content.finishedAt = time(words[1])
            case "mark": mark(words[1]).map { content.marks.append($0) }
            default: continue
            }
        }
        return content
    }

    private func write(_ line: String, _ flags: Int32, isDurable: Bool = true) throws(AgentError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, 0o644)
        guard descriptor >= 0 else { throw .system(errno: errno, operation: "open", path: path) }
        defer { close(descriptor) }
        let bytes = Array(line.utf8)
        let written = Glibc.write(descriptor, bytes, bytes.count)
        guard written == bytes.count else {
            throw .system(errno: written < 0 ? errno : ENOSPC, operation: "write", path: path)
        }
        guard !isDurable || fdatasync(descriptor) == 0 else {
            throw .system(errno: errno, operation: "write", path: path)
        }
    }
}

extension RecordingJournal {
    private static func text(_ time: UnixTime) -> String { "\(time.seconds) \(time.nanoseconds)" }

    private static func time(_ text: Substring.UnicodeScalarView) -> UnixTime? {
        let numbers = text.split(separator: " ").compactMap { Int64(String($0)) }
        guard numbers.count == 2, (0..<1_000_000_000).contains(numbers[1]) else { return nil }
        return UnixTime(seconds: numbers[0], nanoseconds: Int(numbers[1]))
    }

    private static func mark(_ text: Substring.UnicodeScalarView) -> RecordingMark? {
        let words = text.split(separator: " ", maxSplits: 1)
        guard words.count == 2, let offset = Int64(String(words[0])) else { return nil }
        return RecordingMark(name: unescape(words[1]), offset: offset)
    }

    /// Keeps a name on one line.
    private static func escape(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
                    switch scalar {
                    case "\\": ["\\", "\\"]
                    case "\n": ["\\", "n"]
                    default: [scalar]
                    }
                }))
    }

    private static func unescape(_ text: Substring.UnicodeScalarView) -> String {
        var name = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text {
            if isEscaped {
                name.append(scalar == "n" ? "\n" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                name.append(scalar)
            }
        }
        return String(name)
    }
}
