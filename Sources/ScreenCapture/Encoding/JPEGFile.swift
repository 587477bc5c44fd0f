import AgentCore

/// Joins strips of one picture into a baseline JPEG file (ITU T.81, Annex B).
enum JPEGFile {
    /// Between two strips: number 7, because each but the last has a multiple of eight rows of blocks.
    private static let restartMarker: [UInt8] = [0xff, 0xd7]
    private static let endOfImage: [UInt8] = [0xff, 0xd9]

    /// - Parameters:
    ///   - strips: top to bottom, made with the same tables; the first lends its headers.
    ///   - height: of the whole picture.
    static func join(_ strips: [JPEGStrip], height: Int) throws -> [UInt8] {
        guard let first = strips.first, strips.count > 1 else { return strips.first?.file ?? [] }
        var bytes = first.file
        bytes.reserveCapacity(strips.reduce(0) { $0 + $1.file.count })
        bytes.removeLast(endOfImage.count)
        let heightOffset = try layout(of: first.file).height
        bytes[heightOffset] = UInt8(height >> 8 & 0xff)
        bytes[heightOffset + 1] = UInt8(height & 0xff)
        for strip in strips.dropFirst() {
            bytes += restartMarker
            bytes += try strip.file[layout(of: strip.file).scan...].dropLast(endOfImage.count)
        }
        return bytes + endOfImage
    }

    /// Where the height stands, in the frame header, and where the compressed data begins, behind the scan header.
    private static func layout(of file: [UInt8]) throws -> (height: Int, scan: Int) {
        var (offset, height) = (2, 0)
        while offset + 4 <= file.count {
            let (marker, length) = (file[offset + 1], Int(file[offset + 2]) << 8 | Int(file[offset + 3]))
            if marker == 0xc0 { height = offset + 5 }
            offset += 2 + length
            if marker == 0xda, offset <= file.count - endOfImage.count { return (height, offset) }
        }
        throw AgentError.internalError("cannot compress the picture", cause: "libjpeg's file has no scan")
    }
}
