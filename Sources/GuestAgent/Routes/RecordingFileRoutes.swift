import AgentAPI
import AgentCore
import FSService
import HTTPTypes
import Hummingbird
import NIOCore
import Recorder
import ScreenCapture

/// The video of a recording, and pictures from it: `/recording/download` and `/recording/{id}/thumbnail`.
struct RecordingFileRoutes {
    /// A file this small holds no picture yet.
    private static let emptyFileSize = 100
    /// Of a thumbnail, in seconds: eleven days, as long as a recording may last.
    private static let times = 0.0...1_000_000

    let recordings: RecordingService
    let files: FileSystemService
    let screenshots: Screenshotter
    let streams: StreamLimit

    func add(to table: inout RouteTable) {
        table.get("/recording/download") { request, context in try await download(request, context) }
        table.get("/recording/{id}/thumbnail") { request, context in try await thumbnail(request, context) }
    }

    private func download(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
        let id = try RecordingID(field: request.query["id"])
        let waits = try request.query.bool("wait", default: true)
        let follows = try request.query.bool("follow", default: false)
        let status = try await context.whileWanted { try await recordings.readable(id, waits: waits) }
        if status.state == .finalising { return .later("1") }
        guard status.state == .finished || status.bytesOnDisk > Self.emptyFileSize else { return .later("300") }
        guard follows, status.isRecording else {
            let file = try await files.openForReading(FilePath(status.path))
            // What is behind the last whole fragment does not play yet.
            let whole = status.isRecording ? file.limited(to: status.bytesOnDisk) : file
            return .file(whole, to: request, context: context, headers: Self.headers(of: status))
        }
        let file = try await files.openForReading(FilePath(status.path), isGrowing: true)
        let growing = try await GrowingFile(file: file, growth: recordings.growth(of: id))
        let place = try streams.admit()
        let body = ResponseBody.stream(of: growing, in: context) { chunk in withExtendedLifetime(place) { chunk } }
        return Response(status: .ok, headers: Self.headers(of: status), body: body)
    }

    private func thumbnail(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
        let id = try RecordingID(field: context.parameters.require("id"))
        let query = request.query
        let time = try query.number("t", in: Self.times) ?? 0
        let options = try PictureOptions(
            format: PictureOptions.Format(field: "format", of: query["format"], default: .jpeg),
            quality: query.integer("quality", in: 1...100) ?? 80, scale: query.number("scale", in: 0.01...1) ?? 1)
        let bytes = try await context.whileWanted {
            let frame = try await recordings.picture(of: id, at: .seconds(time))
            return try await screenshots.encode(frame, as: options)
        }
        return Response(
            status: .ok, headers: [.contentType: "image/\(options.format.rawValue)", .cacheControl: "no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private static func headers(of status: RecordingStatus) -> HTTPFields {
        [
            .contentType: "video/mp4",
            .recordingStartedAt: Timestamp(status.startedAt).headerText,
            .recordingFinishedAt: status.finishedAt.map { Timestamp($0).headerText } ?? Timestamp.zeroHeaderText,
        ]
    }
}

extension Response {
    /// There is nothing to fetch yet; `seconds` says when to try again.
    fileprivate static func later(_ seconds: String) -> Response {
        Response(status: .accepted, headers: [.retryAfter: seconds])
    }
}

/// The file of a running recording from its beginning, and what is added to it until the recording ends.
private struct GrowingFile: AsyncSequence, Sendable {
    let file: ReadableFile
    let growth: RecordingGrowth

    func makeAsyncIterator() -> Iterator { Iterator(file: file, growth: growth) }

    struct Iterator: AsyncIteratorProtocol {
        let file: ReadableFile
        let growth: RecordingGrowth
        private var position: Int64 = 0
        /// Where the whole fragments end; `nil` once the file does not grow any more.
        private var end: Int64? = 0

        init(file: ReadableFile, growth: RecordingGrowth) {
            (self.file, self.growth) = (file, growth)
        }

        /// The next chunk, at most ``FileSystemService/chunkSize`` bytes.
        mutating func next() async throws -> ByteBuffer? {
            if let end, end <= position { self.end = try await growth.bytes(beyond: position) }
            let limit = Swift.min(Int64(FileSystemService.chunkSize), (end ?? .max) - position)
            let chunk = try await file.chunk(at: position, limit: Int(limit))
            position += Int64(chunk.readableBytes)
            return chunk.readableBytes > 0 ? chunk : nil
        }
    }
}
