import CDeflate

/// A PNG file as it grows: signature, header, image data in as many chunks as come, end (PNG specification, "Chunk
/// layout").
struct PNGFile {
    private var bytes: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    /// An image of 8-bit red, green and blue, not interlaced.
    init(width: Int, height: Int) {
        let header = Self.bigEndian(width) + Self.bigEndian(height) + [8, 2, 0, 0, 0]
        header.withUnsafeBufferPointer { append("IHDR", $0) }
    }

    /// Appends a piece of the zlib stream of the scanlines.
    mutating func appendImageData(_ data: UnsafeBufferPointer<UInt8>) {
        append("IDAT", data)
    }

    consuming func finished() -> [UInt8] {
        append("IEND", UnsafeBufferPointer(start: nil, count: 0))
        return bytes
    }

    private mutating func append(_ type: String, _ data: UnsafeBufferPointer<UInt8>) {
        bytes += Self.bigEndian(data.count)
        let start = bytes.count
        bytes += type.utf8
        bytes += data
        let sum = bytes.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress.map { $0 + start }, $0.count - start) }
        bytes += Self.bigEndian(Int(sum))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
    }
}
