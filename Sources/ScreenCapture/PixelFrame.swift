/// One consistent picture of the screen.
///
/// Immutable and shared: one grab serves every consumer that asks while nothing has changed. A frame may lie in
/// memory that is used again once the frame is released, so keep frames no longer than they are needed.
///
/// SAFETY: the pixels are written before the frame is made and only read from then on; `release` runs once, when
/// nobody can read them any more.
package final class PixelFrame: @unchecked Sendable {
    package let width: Int
    package let height: Int
    /// Bytes from one row to the next, at least `width * 4`.
    package let bytesPerRow: Int
    /// Grows by at least one whenever the screen has changed; equal serials mean equal pixels.
    package let serial: UInt64
    /// When the pixels were read from the X server.
    package let capturedAt: ContinuousClock.Instant
    private let pixels: UnsafeRawBufferPointer
    private let release: @Sendable () -> Void

    /// Copies the pixels.
    ///
    /// - Parameter pixels: rows top to bottom, each pixel as the four bytes B, G, R, X.
    package convenience init(
        width: Int, height: Int, bytesPerRow: Int, serial: UInt64, capturedAt: ContinuousClock.Instant, pixels: [UInt8]
    ) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: pixels.count, alignment: 16)
        copy.copyBytes(from: pixels)
        let address = UInt(bitPattern: copy.baseAddress)
        self.init(
            width: width, height: height, bytesPerRow: bytesPerRow, serial: serial, capturedAt: capturedAt,
            borrowing: UnsafeRawBufferPointer(copy)
        ) {
            UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
        }
    }

    /// Takes over memory that someone else owns.
    ///
    /// - Parameters:
    ///   - pixels: nobody writes to them until `release` is called.
    ///   - release: called once, on any thread, when the frame is gone.
    init(
        width: Int, height: Int, bytesPerRow: Int, serial: UInt64, capturedAt: ContinuousClock.Instant,
        borrowing pixels: UnsafeRawBufferPointer, release: @escaping @Sendable () -> Void
    ) {
        precondition(bytesPerRow >= width * 4 && pixels.count >= bytesPerRow * height)
        self.width = width
        self.height = height
        self.bytesPerRow = bytesPerRow
        self.serial = serial
        self.capturedAt = capturedAt
        self.pixels = pixels
        self.release = release
    }

    deinit { release() }

    /// Lends the pixels: BGRX, top row first, `bytesPerRow * height` bytes. The pointer must not escape.
    package func withPixels<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(pixels)
    }
}
