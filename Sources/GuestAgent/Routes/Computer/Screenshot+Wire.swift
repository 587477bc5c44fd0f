import AgentAPI
import HTTPTypes
import Hummingbird
import NIOCore
import ScreenCapture
import XDisplay

extension PictureOptions {
    /// Throws `invalidArgument` naming the field that cannot be as it is.
    init(_ request: ScreenshotRequest) throws {
        try self.init(
            region: request.region.map { ScreenRegion(x: $0.x, y: $0.y, width: $0.width, height: $0.height) },
            format: Format(field: "format", of: request.format, default: .png), quality: request.quality ?? 80,
            scale: request.scale ?? 1, showsPointer: request.cursor ?? true)
    }
}

extension Settling {
    /// `nil` when the screen need not be stable. Throws `invalidArgument` naming the field that cannot be as it is.
    init?(_ request: ScreenshotRequest) throws {
        let quiet = request.waitForStableMilliseconds ?? 0
        try self.init(
            quiet: .milliseconds(quiet), patience: request.timeoutMilliseconds.map { .milliseconds($0) })
        guard quiet > 0 else { return nil }
    }
}

extension Response {
    /// The picture, or 304 where the client has it already. No cache may answer in the agent's stead, for only the
    /// agent knows whether the screen has changed.
    static func screenshot(_ screenshot: Screenshot, format: PictureOptions.Format) -> Response {
        var headers: HTTPFields = [
            .eTag: EntityTag(opaque: screenshot.tag, isWeak: false).text, .cacheControl: "no-store",
        ]
        if let isStable = screenshot.isStable { headers[.screenStable] = "\(isStable)" }
        guard let bytes = screenshot.bytes else { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = "image/\(format.rawValue)"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
