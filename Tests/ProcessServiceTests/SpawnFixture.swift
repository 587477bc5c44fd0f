import AgentCore
import AgentTestSupport
import Glibc
import ProcessService
import Testing

import enum ProcessService.ExitStatus

extension ExecFixture {
    func spawn(
        _ program: String, _ arguments: String..., environment: [String: String] = [:], timeout: Duration? = nil
    ) async throws -> ProcessRecord {
        try await service.spawn(
            Command(program, arguments: arguments, environment: environment), timeout: timeout)
    }

    func spawnShell(_ script: String, timeout: Duration? = nil) async throws -> ProcessRecord {
        try await spawn("sh", "-c", script, timeout: timeout)
    }

    /// Reads to the end.
    func output(of record: ProcessRecord, from offset: UInt64 = 0) async throws -> Transcript {
        var transcript = Transcript()
        for try await batch in try service.output(of: record.id, from: offset) { transcript.append(batch) }
        return transcript
    }

    func exitStatus(of record: ProcessRecord) async throws -> ExitStatus? {
        #expect(await eventually { (try? service.record(of: record.id).ending) != nil })
        return try service.record(of: record.id).ending?.status
    }
}

/// What a reader got.
struct Transcript {
    var stdout: [UInt8] = []
    var stderr: [UInt8] = []
    /// Both, in the order of arrival.
    var all: [UInt8] = []
    var dropped: UInt64 = 0
    /// Where each piece ended.
    var offsets: [UInt64] = []
    var end: OutputBatch.End?

    var text: String { String(decoding: stdout, as: UTF8.self) }

    mutating func append(_ batch: OutputBatch) {
        for piece in batch.pieces {
            let bytes = batch.bytes[piece.range]
            if piece.stream == .stdout { stdout += bytes } else { stderr += bytes }
            all += bytes
            dropped += piece.dropped
            offsets.append(piece.nextOffset)
        }
        if let end = batch.end {
            self.end = end
            dropped += end.dropped
        }
    }
}

/// What `seq 1 count` writes.
func numbers(to count: Int) -> [UInt8] {
    Array((1...count).map { "\($0)\n" }.joined().utf8)
}
