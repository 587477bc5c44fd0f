import ScreenCapture

extension PixelFrame {
    /// A frame as a test wants it, with padding behind each row, so that a mistaken row length shows.
    ///
    /// - Parameter pixel: 0xRRGGBB for a column and a row.
    static func synthetic(width: Int, height: Int, pixel: (Int, Int) -> UInt32) -> PixelFrame {
        let bytesPerRow = width * 4 + 12
        var pixels = [UInt8](repeating: 0xaa, count: bytesPerRow * height)
        for y in 0..<height {
            for x in 0..<width {
                let value = pixel(x, y)
                for byte in 0..<3 {
                    pixels[y * bytesPerRow + x * 4 + byte] = UInt8(truncatingIfNeeded: value >> (byte * 8))
                }
            }
        }
        return PixelFrame(
            width: width, height: height, bytesPerRow: bytesPerRow, serial: 1, capturedAt: .now, pixels: pixels)
    }
}
