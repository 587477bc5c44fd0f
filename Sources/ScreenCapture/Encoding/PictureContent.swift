import AgentCore
import XDisplay

/// The pixels of a picture: a part of a frame, perhaps made smaller.
struct PictureContent: Sendable {
    /// Of the picture: the part's size times the scale, rounded to the nearest pixel, one at least.
    let size: ScreenSize
    private let frame: PixelFrame
    private let region: ScreenRegion
    private let scaler: AreaScaler?

    /// Throws `invalidArgument` when the region asked for leaves the frame.
    init(_ frame: PixelFrame, _ options: PictureOptions) throws {
        self.frame = frame
        let screen = ScreenSize(width: frame.origin.x + frame.width, height: frame.origin.y + frame.height)
        region = try options.region(on: screen)
        guard region.x >= frame.origin.x, region.y >= frame.origin.y else {
            throw AgentError.internalError("the picture is of another part of the screen")
        }
        let full = ScreenSize(width: region.width, height: region.height)
        size = ScreenSize(
            width: Self.scaled(full.width, by: options.scale), height: Self.scaled(full.height, by: options.scale))
        scaler = size == full ? nil : AreaScaler(from: full, to: size)
    }

    /// Lends some rows of the picture; those made smaller are made anew for each call.
    func withRows<Result>(_ range: Range<Int>, _ body: (PixelRows) throws -> Result) throws -> Result {
        try frame.withPixels { pixels in
            guard let start = pixels.baseAddress else {
                throw AgentError.internalError("the picture of the screen is empty")
            }
            let part = PixelRows(
                start: start + (region.y - frame.origin.y) * frame.bytesPerRow + (region.x - frame.origin.x) * 4,
                bytesPerRow: frame.bytesPerRow, width: region.width, height: region.height)
            guard let scaler else { return try body(part.rows(range)) }
            return try scaler.withScaled(part, rows: range, body)
        }
    }

    private static func scaled(_ length: Int, by scale: Double) -> Int {
        max(1, Int((Double(length) * scale).rounded()))
    }
}
