import AgentAPI
import Hummingbird
import ScreenCapture

/// `/computer/screenshot`.
struct ScreenshotRoutes {
    let screenshots: Screenshotter

    func add(to table: inout RouteTable) {
        table.post("/computer/screenshot") { request, context in
            let wanted = try await request.decodeOptionalJSON(
                ScreenshotRequest.self, context, default: ScreenshotRequest())
            let (options, settling) = try (PictureOptions(wanted), Settling(wanted))
            let known = request.headers[.ifNoneMatch].map(EntityTag.List.init)
            let screenshot = try await context.whileWanted {
                try await screenshots.take(options, settling: settling) { tag in
                    known?.contains { $0.weaklyMatches(EntityTag(opaque: tag, isWeak: false)) } ?? false
                }
            }
            return .screenshot(screenshot, format: options.format)
        }
    }
}
