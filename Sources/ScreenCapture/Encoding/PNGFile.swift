import CDeflate
import XDisplay

/// The container of a PNG picture of 8-bit red, green and blue, not interlaced (PNG specification, "Chunk layout").
enum PNGFile {
    /// - Parameter strips: top to bottom, the last one ending the stream.
    static func join(_ strips: [PNGStrip], size: ScreenSize) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(strips.reduce(128) { $0 + $1.chunk.count })
        bytes += [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
        bytes += chunk("IHDR", bigEndian(size.width) + bigEndian(size.height) + [8, 2, 0, 0, 0])
        for strip in strips { bytes += strip.chunk }
        let sum = strips.map(\.sum).reduce(Adler32()) { $0.followed(by: $1) }
        bytes += chunk("IDAT", bigEndian(Int(sum.value)))
        bytes += chunk("IEND", [])
        return bytes
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        var bytes = openChunk(type)
        bytes += data
        closeChunk(&bytes)
        return bytes
    }

    /// The beginning of a chunk, for data to be appended.
    static func openChunk(_ type: String) -> [UInt8] { [0, 0, 0, 0] + type.utf8 }

    /// Puts the length in front of what has been appended, and the checksum behind it.
    static func closeChunk(_ bytes: inout [UInt8]) {
        bytes.replaceSubrange(..<4, with: bigEndian(bytes.count - 8))
        let sum = bytes.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress.map { $0 + 4 }, $0.count - 4) }
        bytes += bigEndian(Int(sum))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
    }
}
