import AgentAPI
import HTTPTypes
import Hummingbird
import NIOCore
import ScreenCapture
import XDisplay

/// `/computer/screenshot`.
struct ScreenshotRoutes {
    let screenshots: Screenshotter

    func add(to table: inout RouteTable) {
        table.post("/computer/screenshot") { request, _ in
            let wanted = try await request.decodeOptionalJSON(ScreenshotRequest.self, default: ScreenshotRequest())
            let png = try await screenshots.png(of: wanted.region.map(ScreenRegion.init))
            return Response(
                status: .ok, headers: [.contentType: "image/png"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: png)))
        }
    }
}

extension ScreenRegion {
    fileprivate init(_ region: ScreenshotRequest.Region) {
        self.init(x: region.x, y: region.y, width: region.width, height: region.height)
    }
}
