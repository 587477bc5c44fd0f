/// One consistent picture of the screen, or of a part of it.
///
/// Immutable and shared: one grab serves every consumer that asks while nothing has changed.
package final class PixelFrame: Sendable {
    package let width: Int
    package let height: Int
    /// Bytes from one row to the next, at least `width * 4`.
    package let bytesPerRow: Int
    /// Grows by at least one whenever the screen has changed; equal serials mean equal pixels.
    package let serial: UInt64
    /// When the pixels were read from the X server.
    package let capturedAt: ContinuousClock.Instant
    private let pixels: [UInt8]

    /// - Parameter pixels: rows top to bottom, each pixel as the four bytes B, G, R, X.
    package init(
        width: Int, height: Int, bytesPerRow: Int, serial: UInt64, capturedAt: ContinuousClock.Instant, pixels: [UInt8]
    ) {
        precondition(bytesPerRow >= width * 4 && pixels.count >= bytesPerRow * height)
        self.width = width
        self.height = height
        self.bytesPerRow = bytesPerRow
        self.serial = serial
        self.capturedAt = capturedAt
        self.pixels = pixels
    }

    /// Lends the pixels: BGRX, top row first, `bytesPerRow * height` bytes. The pointer must not escape.
    package func withPixels<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try pixels.withUnsafeBytes(body)
    }
}
