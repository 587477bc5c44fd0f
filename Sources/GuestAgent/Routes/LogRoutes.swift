import AgentAPI
import AgentCore
import AsyncAlgorithms
import FoundationEssentials
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

    func add(to table: inout RouteTable) {
        table.get("/logs/stream") { request, context in
            let query = request.query
            let follow = try query.bool("follow", default: true)
            return try await stream(path(query), follow: follow, in: context)
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

    /// A source that cannot be read is told in one event, as clients of the contract expect, not by a status.
    private func stream(_ path: String, follow: Bool, in context: AgentRequestContext) async throws -> Response {
        do {
            let lines = try await logs.lines(of: path, follow: follow)
            return ServerSentEvents.response(in: context, events: lines.batches, encode: Self.encode)
        } catch let error as AgentError {
            let event = LogEvent(timestamp: Timestamp(.now), message: error.message)
            return ServerSentEvents.response(in: context, events: [event].async) { event, buffer in
                buffer.appendEvent(json: try JSONEncoder.wire.encode(event))
            }
        }
    }

    @Sendable private static func encode(_ lines: [LogLine], into buffer: inout ByteBuffer) throws {
        let encoder = JSONEncoder.wire
        for line in lines {
            let (seconds, attoseconds) = line.timestamp.components
            let time = Timestamp(seconds: seconds, nanoseconds: Int(attoseconds / 1_000_000_000))
            buffer.appendEvent(json: try encoder.encode(LogEvent(timestamp: time, message: line.message)))
        }
    }
}
