import AgentAPI
import AgentCore
import AsyncAlgorithms
import Hummingbird
import LogStream
import NIOCore

/// `/logs/stream`.
///
/// Slow readers: the file is the buffer. Each reader keeps its own place in it and is read for only when it has taken
/// what came before, so nothing is lost and nobody waits for anybody.
struct LogRoutes {
    let logs: LogStream
    let supervisor: SupervisorLogs
    let streams: StreamLimit

    /// More lines of history than anybody reads, and few enough to be found in a second or two.
    private static let longestTail = 1_000_000

    func add(to table: inout RouteTable) {
        table.get("/logs/stream") { request, context in
            let query = request.query
            let path = try path(query)
            let follow = try query.bool("follow", default: true)
            let tail = try query.integer("tail", in: 0...Self.longestTail)
            let place = try streams.admit()
            do {
                let lines = try await logs.lines(of: path, follow: follow, tail: tail)
                return Self.response(of: lines.batches, in: context, holding: place)
            } catch let error as AgentError {
                return Self.response(of: [Self.explanation(of: error)].async, in: context, holding: place)
            }
        }
    }

    private func path(_ query: QueryParameters) throws -> String {
        switch try query.required("source") {
        case "path": try query.required("path")
        case "supervisor": try supervisor.path(for: query.required("supervisor_process"))
        case let other:
            throw AgentError.invalidArgument("query parameter source must be path or supervisor, not \"\(other)\"")
        }
    }

    /// What cannot be read, or not any more, is told in one event, as clients of the contract expect, not by a status.
    private static func explanation(of error: AgentError) -> [LogLine] {
        [LogLine(timestamp: LogLine.now(), message: error.message)]
    }

    private static func response<Batches: AsyncSequence & Sendable>(
        of batches: Batches, in context: AgentRequestContext, holding place: StreamPlace
    ) -> Response where Batches.Element == [LogLine] {
        ServerSentEvents.response(
            in: context, holding: place, events: ExplainedSequence(base: batches, explain: explanation),
            encode: encode)
    }

    @Sendable private static func encode(_ lines: [LogLine], into buffer: inout ByteBuffer) {
        var json = JSONWriter(reservingBytes: lines.reduce(0) { $0 + $1.message.utf8.count + 96 })
        for line in lines {
            json.raw("data: ")
            LogEvent(timestamp: Timestamp(line.timestamp), message: line.message).write(to: &json)
            json.raw("\n\n")
        }
        buffer.writeBytes(json.bytes)
    }
}

extension Timestamp {
    /// - Parameter time: since 1970-01-01T00:00:00Z.
    fileprivate init(_ time: Duration) {
        let (seconds, attoseconds) = time.components
        self.init(seconds: seconds, nanoseconds: Int(attoseconds / 1_000_000_000))
    }
}
