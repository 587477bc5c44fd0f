import AgentAPI
import AgentCore
import HTTPTypes
import Hummingbird
import NIOCore
import Recorder
import ScreenCapture

/// `/recording/*` but the files: see `RecordingFileRoutes`.
struct RecordingRoutes {
    let recordings: RecordingService
    let configuration: AgentConfiguration

    func add(to table: inout RouteTable) {
        table.post("/recording/start") { try await start($0, $1) }
        table.post("/recording/stop") { request, context in
            let wanted = try await request.decodeOptionalJSON(StopRecordingRequest.self, context, default: .init())
            try await recordings.stop(RecordingID(field: wanted.id), force: wanted.forceStop ?? false)
            return .empty()
        }
        table.post("/recording/delete") { request, context in
            let wanted = try await request.decodeOptionalJSON(DeleteRecordingRequest.self, context, default: .init())
            try await recordings.delete(RecordingID(field: wanted.id))
            return .empty()
        }
        table.post("/recording/mark") { request, context in
            let wanted = try await request.decodeJSON(MarkRecordingRequest.self, context)
            let mark = try await recordings.mark(RecordingID(field: wanted.id), name: wanted.name)
            return try .json(RecordingMarkResponse(mark), status: .created)
        }
        table.get("/recording/list") { _, _ in try await .json(recordings.list().map(RecordingListEntry.init)) }
    }

    private func start(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
        let wanted = try await request.decodeOptionalJSON(StartRecordingRequest.self, context, default: .init())
        let parameters = try RecordingParameters(
            frameRate: wanted.frameRate ?? configuration.frameRate,
            maximumSizeInMB: wanted.maxFileSizeInMB ?? configuration.recordingSizeLimit,
            maximumDuration: wanted.maxDurationInSeconds, quality: wanted.quality, bitRate: wanted.bitrate,
            scale: wanted.scale)
        try await recordings.start(
            RecordingID(field: wanted.id), parameters, recordsSound: wanted.recordAudio ?? false)
        return .empty(.created)
    }
}

extension RecordingID {
    /// Absent or empty it is the literal `default`. Throws `invalidArgument` for what is no id.
    init(field text: String?) throws {
        guard let text, !text.isEmpty else {
            self = .fallback
            return
        }
        try self.init(text)
    }
}

extension RecordingListEntry {
    fileprivate init(_ status: RecordingStatus) {
        self.init(
            id: status.id.description, isRecording: status.isRecording, startedAt: Timestamp(status.startedAt),
            finishedAt: status.finishedAt.map { Timestamp($0) }, state: status.state.rawValue,
            size: status.bytesOnDisk, marks: status.marks.map { RecordingMarkResponse($0) },
            error: status.failure?.message,
            figures: RecordingFiguresEntry(
                frames: status.figures.frames, dropped: status.figures.dropped,
                processorMilliseconds: status.figures.processorMilliseconds))
    }
}

extension RecordingMarkResponse {
    fileprivate init(_ mark: RecordingMark) {
        self.init(name: mark.name, offset: mark.offset)
    }
}
