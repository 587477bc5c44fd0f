package import AgentCore
import XDisplay

/// Makes files of frames, on two threads of its own: a large picture is cut in two, small ones take turns.
package final class PictureEncoder: Sendable {
    /// A strip of fewer pixels is not worth a thread.
    private static let pixelsPerStrip = 128 * 1024

    private let pool: EncodingPool

    /// Throws `unavailable` when there are no threads to be had.
    package init() throws(AgentError) { pool = try EncodingPool(width: 2) }

    /// How many pictures can be worked on at once.
    package var width: Int { pool.width }

    /// Throws `invalidArgument` when the region asked for leaves the frame.
    package func encode(_ frame: PixelFrame, as options: PictureOptions) async throws -> [UInt8] {
        let content = try PictureContent(frame, options)
        switch options.format {
        case .png:
            let strips = try await pool.map(strips(of: content, aligned: 1)) { try PNGStrip(of: content, rows: $0) }
            return PNGFile.join(strips, size: content.size)
        case .jpeg:
            let quality = options.quality
            let rows = strips(of: content, aligned: JPEGStrip.rowAlignment(quality: quality))
            let strips = try await pool.map(rows) { try JPEGStrip(of: content, rows: $0, quality: quality) }
            return try JPEGFile.join(strips, height: content.size.height)
        }
    }

    private func strips(of content: PictureContent, aligned alignment: Int) -> [Range<Int>] {
        let (width, height) = (content.size.width, content.size.height)
        let count = max(1, min(pool.width, width * height / Self.pixelsPerStrip))
        let rows = (height + count * alignment - 1) / (count * alignment) * alignment
        return stride(from: 0, to: height, by: rows).map { $0..<min($0 + rows, height) }
    }
}
