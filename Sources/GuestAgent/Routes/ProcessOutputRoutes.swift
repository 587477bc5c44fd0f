import AgentCore
import HTTPTypes
import Hummingbird
import NIOCore
import ProcessService

/// `/process/{process_id}/stdout/stream`.
///
/// Slow readers: the process never waits. Each reader has its own place in what was written, kept on disk; the id of an
/// event is that place, so that a client that comes back goes on where it left. A reader so slow that the output it
/// wants has been given up is told how much that was.
struct ProcessOutputRoutes {
    let processes: ProcessService
    let streams: StreamLimit

    func add(to table: inout RouteTable) {
        table.get("/process/{process_id}/stdout/stream") { request, context in
            let output = try processes.output(of: context.processID(), from: offset(request))
            return try ServerSentEvents.response(
                in: context, holding: streams.admit(), events: output, encode: Self.encode)
        }
    }

    /// A reconnecting client's header wins over the address it was first given.
    private func offset(_ request: Request) throws -> UInt64 {
        if let last = request.lastEventID { return last }
        return UInt64(try request.query.integer("offset", in: 0...Int.max) ?? 0)
    }

    @Sendable private static func encode(_ batch: OutputBatch, into buffer: inout ByteBuffer) {
        buffer.reserveCapacity(Base64.encodedLength(of: batch.bytes.count) + (batch.pieces.count + 1) * 128)
        batch.bytes.withUnsafeBytes { bytes in
            for piece in batch.pieces {
                buffer.appendOutput(piece, UnsafeRawBufferPointer(rebasing: bytes[piece.range]))
            }
        }
        if let end = batch.end { buffer.appendExit(end) }
    }
}

extension ByteBuffer {
    fileprivate mutating func appendOutput(_ piece: OutputBatch.Piece, _ bytes: UnsafeRawBufferPointer) {
        writeString("id: \(piece.nextOffset)\ndata: {\"stream\":\"\(piece.stream.rawValue)\"")
        appendDropped(piece.dropped)
        writeStaticString(",\"data_b64\":\"")
        writeBase64(bytes)
        writeStaticString("\"}\n\n")
    }

    fileprivate mutating func appendExit(_ end: OutputBatch.End) {
        writeString("id: \(end.offset)\ndata: {\"event\":\"exit\",\"exit_code\":\(end.status.exitCode)")
        if let signal = end.status.signalName { writeString(",\"signal\":\"\(signal)\"") }
        appendDropped(end.dropped)
        writeStaticString("}\n\n")
    }

    private mutating func appendDropped(_ count: UInt64) {
        if count > 0 { writeString(",\"dropped_bytes\":\(count)") }
    }
}
