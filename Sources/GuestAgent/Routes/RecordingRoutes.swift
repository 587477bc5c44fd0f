import AgentAPI
import AgentCore
import FSService
import HTTPTypes
import Hummingbird
import Recorder

/// `/recording/*`.
struct RecordingRoutes {
    /// A file this small holds no picture yet.
    private static let emptyFileSize = 100

    let recordings: RecordingService
    let files: FileSystemService
    let configuration: AgentConfiguration

    func add(to table: inout RouteTable) {
        table.post("/recording/start") { request, _ in try await start(request) }
        table.post("/recording/stop") { request, _ in
            let wanted = try await request.decodeOptionalJSON(StopRecordingRequest.self, default: .init())
            try await recordings.stop(id(wanted.id), force: wanted.forceStop ?? false)
            return .empty()
        }
        table.get("/recording/list") { _, _ in try await .json(recordings.list().map(RecordingListEntry.init)) }
        table.get("/recording/download") { request, context in try await download(request, context) }
    }

    private func start(_ request: Request) async throws -> Response {
        let wanted = try await request.decodeOptionalJSON(StartRecordingRequest.self, default: .init())
        if wanted.recordAudio == true { throw AgentError.notImplemented("recording of sound is not built yet") }
        let parameters = try RecordingParameters(
            frameRate: wanted.frameRate ?? configuration.frameRate,
            maximumSizeInMB: wanted.maxFileSizeInMB ?? configuration.recordingSizeLimit,
            maximumDuration: wanted.maxDurationInSeconds, quality: wanted.quality, bitRate: wanted.bitrate,
            scale: wanted.scale)
        try await recordings.start(id(wanted.id), parameters)
        return .empty(.created)
    }

    private func download(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
        let status = try await recordings.readable(id(request.query["id"]))
        let file = try await files.openForReading(FilePath(status.path))
        let length = Int(file.length ?? 0)
        if status.isRecording && length <= Self.emptyFileSize {
            return Response(status: .accepted, headers: [.retryAfter: "300"])
        }
        let headers: HTTPFields = [
            .contentType: "video/mp4",
            .recordingStartedAt: Timestamp(status.startedAt).headerText,
            .recordingFinishedAt: status.finishedAt.map { Timestamp($0).headerText } ?? Timestamp.zeroHeaderText,
        ]
        return .file(file, to: request, context: context, headers: headers)
    }

    /// An absent or empty id means the literal `default`.
    private func id(_ text: String?) throws -> RecordingID {
        guard let text, !text.isEmpty else { return .fallback }
        return try RecordingID(text)
    }
}

extension RecordingListEntry {
    fileprivate init(_ status: RecordingStatus) {
        self.init(
            id: status.id.description, isRecording: status.isRecording, startedAt: Timestamp(status.startedAt),
            finishedAt: status.finishedAt.map { Timestamp($0) },
            figures: RecordingFiguresEntry(
                frames: status.figures.frames, dropped: status.figures.dropped, bytes: status.bytesOnDisk,
                processorMilliseconds: status.figures.processorMilliseconds))
    }
}
