import CX11
import XDisplay

/// What the pointer looks like (XFIXES, GetCursorImage).
struct PointerImage {
    let width: Int
    let height: Int
    /// The pixel of the image that lies on the pointer's position.
    let hotspot: ScreenPoint
    /// Rows top to bottom; each pixel 0xAARRGGBB, with the colours multiplied by the alpha.
    let pixels: [UInt32]

    init(width: Int, height: Int, hotspot: ScreenPoint, pixels: [UInt32]) {
        precondition(pixels.count == width * height)
        self.width = width
        self.height = height
        self.hotspot = hotspot
        self.pixels = pixels
    }

    /// Asks the server: one round trip. `nil` when it has no image.
    init?(of display: OpaquePointer) {
        guard let image = XFixesGetCursorImage(display) else { return nil }
        defer { XFree(image) }
        let cursor = image.pointee
        let count = Int(cursor.width) * Int(cursor.height)
        self.init(
            width: Int(cursor.width), height: Int(cursor.height),
            hotspot: ScreenPoint(x: Int(cursor.xhot), y: Int(cursor.yhot)),
            // Xlib hands 32-bit pixels over as longs.
            pixels: UnsafeBufferPointer(start: cursor.pixels, count: count).map { UInt32(truncatingIfNeeded: $0) })
    }

    /// What it covers when it is at `position`.
    func region(at position: ScreenPoint) -> ScreenRegion {
        ScreenRegion(x: position.x - hotspot.x, y: position.y - hotspot.y, width: width, height: height)
    }

    /// Draws the pointer over a picture of the screen; what lies outside is left out.
    ///
    /// - Parameter picture: BGRX, `bytesPerRow * size.height` bytes.
    func draw(
        at position: ScreenPoint, into picture: UnsafeMutableRawBufferPointer, size: ScreenSize, bytesPerRow: Int
    ) {
        let (left, top) = (position.x - hotspot.x, position.y - hotspot.y)
        for row in max(0, -top)..<max(0, -top, min(height, size.height - top)) {
            for column in max(0, -left)..<max(0, -left, min(width, size.width - left)) {
                let offset = (top + row) * bytesPerRow + (left + column) * 4
                let below = picture.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                let blended = Self.blend(pixels[row * width + column], over: below)
                picture.storeBytes(of: blended, toByteOffset: offset, as: UInt32.self)
            }
        }
    }

    /// Porter-Duff "over" with a premultiplied source, on an opaque pixel.
    private static func blend(_ source: UInt32, over below: UInt32) -> UInt32 {
        let transparency = 255 - source >> 24
        func channel(_ shift: UInt32) -> UInt32 {
            let shining = ((below >> shift & 0xff) * transparency + 127) / 255
            return min(255, (source >> shift & 0xff) + shining) << shift
        }
        return channel(0) | channel(8) | channel(16)
    }
}
