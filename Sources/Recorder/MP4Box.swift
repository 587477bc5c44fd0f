import AgentCore
import Glibc

/// A part of an MP4 file (ISO/IEC 14496-12 §4.2).
struct MP4Box {
    /// Four characters, as a big-endian number.
    let type: UInt32
    /// With its header.
    let range: Range<Int64>
    /// Behind its header.
    let content: Range<Int64>

    /// "moov" and the like.
    static func type(_ name: StaticString) -> UInt32 {
        name.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    /// The box at `offset`, whole or not. `nil` when there is none, or nothing that can be one: a size of zero, which
    /// means "to the end", is what a disk has where nothing was written.
    init?(at offset: Int64, in file: Int32) {
        var header = [UInt8](repeating: 0, count: 16)
        let count = pread(file, &header, header.count, off_t(offset))
        guard count >= 8 else { return nil }
        let short = Int64(header.number(at: 0, bytes: 4))
        guard short != 1 || count == 16 else { return nil }
        let (size, headerSize) = short == 1 ? (Int64(clamping: header.number(at: 8, bytes: 8)), Int64(16)) : (short, 8)
        guard size >= headerSize, size < Int64.max - offset else { return nil }
        type = UInt32(header.number(at: 4, bytes: 4))
        range = offset..<offset + size
        content = offset + headerSize..<offset + size
    }
}

extension [UInt8] {
    /// A big-endian number.
    func number(at offset: Int, bytes: Int) -> UInt64 {
        self[offset..<offset + bytes].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
