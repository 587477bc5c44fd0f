import CPixels
import XDisplay

/// Some rows of a PNG picture, deflated on their own, so that several threads can work on one picture.
struct PNGStrip: Sendable {
    /// Rows are filtered so many bytes at a time, into a buffer that stays in the processor's cache.
    private static let batchBytes = 256 * 1024
    /// Deflate, a window of 32 KiB, the fastest level (RFC 1950).
    private static let zlibHeader: [UInt8] = [0x78, 0x01]

    /// A complete chunk of image data.
    private(set) var chunk: [UInt8]
    /// Of the scanlines before they were deflated.
    private(set) var sum = Adler32()

    /// Works on the calling thread: some milliseconds for a whole screen.
    ///
    /// - Parameter rows: the first strip has the first row of the picture, the last strip the last one.
    init(of content: PictureContent, rows: Range<Int>) throws {
        let scanline = 1 + 3 * content.size.width
        let batch = max(1, Self.batchBytes / scanline)
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(
            capacity: min(batch, rows.count) * scanline + Int(GA_PNG_FILTER_SLACK))
        defer { buffer.deallocate() }
        let deflater = Deflater()
        chunk = PNGFile.openChunk("IDAT")
        chunk.reserveCapacity(scanline * rows.count / 8)
        if rows.lowerBound == 0 { chunk += Self.zlibHeader }
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: batch) {
            let part = start..<min(start + batch, rows.upperBound)
            try content.withRows(part) { pixels in
                ga_png_filter(pixels.start, pixels.bytesPerRow, pixels.width, pixels.height, buffer.baseAddress)
            }
            let scanlines = UnsafeBufferPointer(rebasing: buffer[..<(part.count * scanline)])
            sum.add(scanlines)
            let isLast = part.upperBound == rows.upperBound
            let next: Deflater.Continuation =
                !isLast ? .input : rows.upperBound == content.size.height ? .end : .otherPiece
            try deflater.write(scanlines, followedBy: next, to: &chunk)
        }
        PNGFile.closeChunk(&chunk)
    }
}
