import AgentCore
import CJPEG
import Glibc
import XDisplay

/// Some rows of a JPEG picture, as a file of their own, so that several threads can work on one picture.
struct JPEGStrip: Sendable {
    private(set) var file: [UInt8] = []

    /// From this quality on, colours are kept at full resolution: who asks for so much does not want them blurred.
    private static let fullColorQuality = 90

    /// The rows of every strip but the last are a multiple of this: eight rows of blocks, after which the numbers of
    /// the restart markers begin again (ITU T.81, B.2.1).
    static func rowAlignment(quality: Int) -> Int { quality >= fullColorQuality ? 8 * 8 : 8 * 16 }

    /// Works on the calling thread: some milliseconds for a whole screen.
    ///
    /// - Parameter isWhole: whether these are all rows of the picture; others get restart markers to be joined at.
    init(of content: PictureContent, rows: Range<Int>, quality: Int) throws {
        let isWhole = rows.count == content.size.height
        file = try content.withRows(rows) { pixels in
            try Self.encode(
                ga_jpeg_picture(
                    bgrx: pixels.start.assumingMemoryBound(to: UInt8.self), bytes_per_row: pixels.bytesPerRow,
                    width: UInt32(pixels.width), height: UInt32(pixels.height), quality: Int32(quality),
                    full_color: quality >= Self.fullColorQuality ? 1 : 0, restarts: isWhole ? 0 : 1))
        }
    }

    private static func encode(_ picture: ga_jpeg_picture) throws -> [UInt8] {
        var (picture, file) = (picture, ga_jpeg_file())
        var message = [CChar](repeating: 0, count: 200)
        guard ga_jpeg_encode(&picture, &file, &message) == nil else {
            throw AgentError.internalError("cannot compress the picture", cause: "libjpeg: \(String(cBuffer: message))")
        }
        defer { free(file.bytes) }
        return Array(UnsafeBufferPointer(start: file.bytes, count: Int(file.size)))
    }
}
