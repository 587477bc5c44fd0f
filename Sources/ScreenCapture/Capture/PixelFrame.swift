package import XDisplay

/// One consistent picture of the screen, or of a part of it.
///
/// Immutable and shared: one grab serves every consumer that asks while nothing has changed. A frame may lie in
/// memory that is used again once the frame is released, so keep frames no longer than they are needed.
///
/// SAFETY: the pixels are written before the frame is made and only read from then on; `owner` keeps them in place.
package final class PixelFrame: @unchecked Sendable {
    /// Where the picture's top left corner is on the screen.
    package let origin: ScreenPoint
    package let width: Int
    package let height: Int
    /// Bytes from one row to the next, at least `width * 4`.
    package let bytesPerRow: Int
    /// Grows by at least one whenever the screen has changed; equal serials mean equal pixels.
    package let serial: UInt64
    /// When the pixels were read from the X server.
    package let capturedAt: ContinuousClock.Instant
    private let history: DamageHistory?
    private let pixels: UnsafeRawBufferPointer
    private let owner: any AnyObject & Sendable

    /// Copies the pixels of a whole screen.
    ///
    /// - Parameter pixels: rows top to bottom, each pixel as the four bytes B, G, R, X.
    package convenience init(
        width: Int, height: Int, bytesPerRow: Int, serial: UInt64, capturedAt: ContinuousClock.Instant, pixels: [UInt8]
    ) {
        let copy = PixelCopy(of: pixels)
        self.init(
            origin: ScreenPoint(x: 0, y: 0), width: width, height: height, bytesPerRow: bytesPerRow, serial: serial,
            capturedAt: capturedAt, history: nil, pixels: UnsafeRawBufferPointer(copy.memory), owner: copy)
    }

    /// Shows memory that belongs to `owner`, who frees it, or uses it again, when released: that happens on any
    /// thread. Nobody writes to it until then.
    ///
    /// Not inlined because Swift 6.3.1 crashes when it optimises a caller that it has been inlined into.
    @inline(never)
    init(
        origin: ScreenPoint, width: Int, height: Int, bytesPerRow: Int, serial: UInt64,
        capturedAt: ContinuousClock.Instant, history: DamageHistory?, pixels: UnsafeRawBufferPointer,
        owner: any AnyObject & Sendable
    ) {
        precondition(bytesPerRow >= width * 4 && pixels.count >= bytesPerRow * height)
        self.origin = origin
        self.width = width
        self.height = height
        self.bytesPerRow = bytesPerRow
        self.serial = serial
        self.capturedAt = capturedAt
        self.history = history
        self.pixels = pixels
        self.owner = owner
    }

    /// Where this frame may differ from the one with `serial`, which must have shown the pointer if this one does. `nil`
    /// when that is not known: it may be anywhere. Regions may overlap, and lie off the screen in part.
    package func changes(since serial: UInt64) -> [ScreenRegion]? { history?.regions(since: serial) }

    /// Lends the pixels: BGRX, top row first, `bytesPerRow * height` bytes. The pointer must not escape.
    package func withPixels<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(pixels)
    }
}

/// SAFETY: written in the initialiser only.
private final class PixelCopy: @unchecked Sendable {
    let memory: UnsafeMutableRawBufferPointer

    init(of pixels: [UInt8]) {
        memory = .allocate(byteCount: pixels.count, alignment: 16)
        memory.copyBytes(from: pixels)
    }

    deinit { memory.deallocate() }
}
