/// Rows of pixels, top to bottom, each pixel the four bytes B, G, R, X. Lent: it must not outlive its owner's call.
struct PixelRows {
    let start: UnsafeRawPointer
    let bytesPerRow: Int
    let width: Int
    let height: Int

    /// - Parameter range: within the height.
    func rows(_ range: Range<Int>) -> PixelRows {
        PixelRows(
            start: start + range.lowerBound * bytesPerRow, bytesPerRow: bytesPerRow, width: width, height: range.count)
    }
}
