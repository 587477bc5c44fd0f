import AgentCore
import CMemory
import NIOCore

/// Takes a form apart as its bytes arrive (RFC 2046 §5.1, RFC 7578).
///
/// Holds back no more than the start of what may become a boundary, and the head of one part, whatever the size of the
/// parts. Pure: it waits for nothing and knows no files.
struct MultipartParser {
    enum Event: Equatable {
        /// A part begins.
        case part(MultipartPart)
        /// Some of its content, never empty.
        case content(ByteBuffer)
        case partEnd
        /// The last boundary was read; what follows it is ignored.
        case end
    }

    /// The head of one part may have as many bytes.
    static let headLimit = 16 * 1024

    private enum State {
        /// Before the first boundary.
        case preamble
        /// Behind a boundary: dashes end the form, a line break begins a part.
        case boundary
        case head
        case content
        case ended
    }

    private var state = State.preamble
    private let delimiter: [UInt8]
    /// What has arrived and is not taken apart yet. Begins with a line break that was never sent, so that the first
    /// boundary looks like all others.
    private var bytes = ByteBuffer(string: "\r\n")

    init(boundary: MultipartBoundary) {
        delimiter = Array("\r\n--\(boundary.text)".utf8)
    }

    /// Adds what has arrived. All events are to be taken before more is added.
    mutating func feed(_ arrived: ByteBuffer) {
        if bytes.readableBytes == 0 {
            bytes = arrived
        } else {
            bytes.writeImmutableBuffer(arrived)
        }
    }

    /// The next event, or `nil` when more bytes are needed for it.
    ///
    /// - Throws: `invalidArgument` for what is no form.
    mutating func next() throws(AgentError) -> Event? {
        while true {
            switch state {
            case .preamble:
                guard skipPreamble() else { return nil }
            case .boundary:
                guard let following = try afterBoundary() else { return nil }
                state = following
                if case .ended = following { return .end }
            case .head:
                guard let part = try head() else { return nil }
                state = .content
                return .part(part)
            case .content:
                return content()
            case .ended:
                return nil
            }
        }
    }

    private mutating func skipPreamble() -> Bool {
        guard let position = position(of: delimiter) else {
            bytes.moveReaderIndex(forwardBy: max(0, bytes.readableBytes - (delimiter.count - 1)))
            return false
        }
        bytes.moveReaderIndex(forwardBy: position + delimiter.count)
        state = .boundary
        return true
    }

    /// `nil` while the line is not complete.
    private mutating func afterBoundary() throws(AgentError) -> State? {
        let view = bytes.readableBytesView
        if view.starts(with: "--".utf8) { return .ended }
        guard let lineBreak = position(of: Array("\r\n".utf8)) else {
            if bytes.readableBytes > 1, !isPadding(view) { throw Self.malformed("a boundary does not end its line") }
            return nil
        }
        guard isPadding(view.prefix(lineBreak)) else { throw Self.malformed("a boundary does not end its line") }
        // The line break stays: the head of a part may be empty, and then ends with it.
        bytes.moveReaderIndex(forwardBy: lineBreak)
        return .head
    }

    private func isPadding(_ line: ByteBufferView) -> Bool {
        line.count <= Self.headLimit && line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    private mutating func head() throws(AgentError) -> MultipartPart? {
        guard let end = position(of: Array("\r\n\r\n".utf8)) else {
            guard bytes.readableBytes <= Self.headLimit else {
                throw Self.malformed("the head of a part has more than \(Self.headLimit) bytes")
            }
            return nil
        }
        let text = String(buffer: bytes.readSlice(length: end) ?? ByteBuffer())
        bytes.moveReaderIndex(forwardBy: 4)
        return try MultipartPart(head: text)
    }

    private mutating func content() -> Event? {
        if let position = position(of: delimiter) {
            if position > 0 { return take(position) }
            bytes.moveReaderIndex(forwardBy: delimiter.count)
            state = .boundary
            return .partEnd
        }
        let certain = bytes.readableBytes - possibleDelimiterStart()
        return certain > 0 ? take(certain) : nil
    }

    private mutating func take(_ count: Int) -> Event? {
        bytes.readSlice(length: count).map(Event.content)
    }

    /// How many bytes at the end may be the start of a boundary.
    private func possibleDelimiterStart() -> Int {
        let tail = bytes.readableBytesView.suffix(delimiter.count - 1)
        let start = tail.indices.first { delimiter.starts(with: tail[$0...]) }
        return start.map { tail.endIndex - $0 } ?? 0
    }

    /// Where `pattern` begins, counted from the first byte that is not taken yet.
    private func position(of pattern: [UInt8]) -> Int? {
        bytes.withUnsafeReadableBytes { haystack -> Int? in
            guard let start = haystack.baseAddress else { return nil }
            return ga_memory_find(start, haystack.count, pattern, pattern.count).map { $0 - start }
        }
    }

    static func malformed(_ reason: String) -> AgentError {
        .invalidArgument("the body is not a well-formed form: \(reason)")
    }
}
