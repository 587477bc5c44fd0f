import AgentAPI
import AgentCore
import FoundationEssentials
import NIOCore

@testable import DevToolsProxy
@testable import GuestAgent
@testable import LogStream
@testable import PlaywrightRuntime

extension FuzzTarget {
    /// Any text, as an event of a stream: one line of JSON that says just that.
    static let eventStream = FuzzTarget("event-stream") { input in
        var json = JSONWriter()
        LogEvent(timestamp: Timestamp(seconds: 0, nanoseconds: 0), message: input.text).write(to: &json)
        var buffer = ByteBuffer()
        buffer.appendEvent(json: json.bytes, id: 7)
        let lines = buffer.readableBytesView.split(separator: 0x0A, omittingEmptySubsequences: false)
        try require(lines.count == 4 && lines[2].isEmpty && lines[3].isEmpty, "\(lines.count) lines")
        try require(!buffer.readableBytesView.contains(0x0D), "a carriage return ends a line too")
        let event = try JSONDecoder().decode([String: String].self, from: Data(json.bytes))
        try require(event["message"] == input.text, "the message is \(event["message"] ?? "not there")")
    }

    /// A client's frames, which are the same however they arrive.
    static let webSocket = FuzzTarget("websocket") { input in
        let whole = frames(in: [input[...]])
        let pieces = frames(in: input.pieces)
        try require(whole.frames == pieces.frames && whole.error == pieces.error, "\(whole), \(pieces)")
        for frame in whole.frames {
            var buffer = ByteBuffer()
            frame.encode(into: &buffer)
            try require(buffer.readableBytes >= frame.payload.readableBytes + 2, "a frame of \(buffer)")
        }
    }

    private static func frames(in input: [ArraySlice<UInt8>]) -> (frames: [WebSocketFrame], error: WebSocketError?) {
        var parser = WebSocketFrameParser(maximumPayload: 1 << 16)
        var frames: [WebSocketFrame] = []
        do {
            for piece in input {
                parser.append(ByteBuffer(bytes: piece))
                while let frame = try parser.next() { frames.append(frame) }
            }
        } catch {
            return (frames, error as? WebSocketError)
        }
        return (frames, nil)
    }

    /// Frames that are passed on: where they end, and the messages in them, do not depend on how they arrive.
    static let relayFrames = FuzzTarget("relay-frames") { input in
        var (whole, single) = (FrameBoundary(), FrameBoundary())
        input.withUnsafeBytes { bytes in
            whole.advance(over: bytes)
            for index in bytes.indices { single.advance(over: UnsafeRawBufferPointer(rebasing: bytes[index...index])) }
        }
        try require(whole == single, "\(whole), \(single)")
        let (messages, pieces) = try (items(in: [input[...]]), items(in: input.pieces))
        try require(messages == pieces, "\(messages), \(pieces)")
    }

    private static func items(in input: [ArraySlice<UInt8>]) throws -> [WebSocketMessageParser.Item?] {
        var parser = WebSocketMessageParser(limit: 1 << 16)
        var items: [WebSocketMessageParser.Item?] = []
        let isTaken: Void? = try unlessRefused {
            for piece in input {
                parser.append(ByteBuffer(bytes: piece))
                while let item = try parser.next() { items.append(item) }
            }
        }
        return isTaken == nil ? items + [nil] : items
    }

    /// What a log file holds: no byte is lost, and no line is longer than said, however it is read.
    static let logLines = FuzzTarget("log-lines") { input in
        let (whole, pieces) = (lines(in: [input[...]]), lines(in: input.pieces))
        try require(whole == pieces, "\(whole.count) lines, \(pieces.count) in pieces")
        for line in whole {
            // What is no UTF-8 takes three bytes for each.
            try require(line.utf8.count <= 3 * longestLine + 64, "a line of \(line.utf8.count)")
            try require(!line.isEmpty && !line.utf8.contains(0x0A), "a line with a line feed, or nothing")
        }
    }

    /// Short, so that inputs reach it.
    private static let longestLine = 16

    private static func lines(in input: [ArraySlice<UInt8>]) -> [String] {
        var splitter = LineSplitter(longestLine: longestLine)
        var lines = input.flatMap { piece in piece.withUnsafeBytes { splitter.split($0) } }
        if let last = splitter.flush() { lines.append(last) }
        return lines
    }

    /// What Node.js says: frames and the headers in them.
    static let nodeFrames = FuzzTarget("node-frames") { input in
        let (whole, pieces) = (messages(in: [input[...]]), messages(in: input.pieces))
        try require(whole == pieces, "\(whole), \(pieces)")
        for frame in whole { _ = try? JSONDecoder().decode(AnswerMessage.self, from: Data(frame.header)) }
    }

    private static func messages(in input: [ArraySlice<UInt8>]) -> [Frame] {
        var parser = FrameParser(bodyLimit: 1 << 16)
        var frames: [Frame] = []
        for piece in input {
            parser.append(piece)
            while let frame = try? parser.next() { frames.append(frame) }
        }
        return frames
    }
}
