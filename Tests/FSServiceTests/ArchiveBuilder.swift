@testable import FSService

/// Writes archives byte by byte, so that they can say what no honest tool would make them say.
struct ArchiveBuilder {
    /// One entry. `type` is that of tar: "0" a file, "1" a hard link, "2" a symbolic link, "5" a directory and so on.
    struct Entry {
        var name: [UInt8]
        var type: Character = "0"
        var link = ""
        var content: [UInt8] = []
        var mode = 0o644
        /// Of a zip.
        var flags: UInt16 = 0

        static func file(_ name: String, _ content: String = "content") -> Entry {
            Entry(name: Array(name.utf8), content: Array(content.utf8))
        }
        static func directory(_ name: String) -> Entry { Entry(name: Array(name.utf8), type: "5", mode: 0o755) }
        static func link(_ name: String, to target: String) -> Entry {
            Entry(name: Array(name.utf8), type: "2", link: target, mode: 0o777)
        }
        static func hardLink(_ name: String, to target: String) -> Entry {
            Entry(name: Array(name.utf8), type: "1", link: target)
        }
        static func special(_ name: String, _ type: Character) -> Entry { Entry(name: Array(name.utf8), type: type) }
    }

    static func archive(_ entries: [Entry], _ format: ArchiveFormat) -> [UInt8] {
        switch format {
        case .zip: zip(entries)
        case .tarZstd: zstandard(tar(entries))
        }
    }
}

extension ArchiveBuilder {
    /// A tar archive; names of more than 100 bytes take a pax header.
    static func tar(_ entries: [Entry]) -> [UInt8] {
        entries.flatMap { entry in
            let isLong = entry.name.count > 100 || entry.link.utf8.count > 100
            var extended: [UInt8] = []
            if isLong {
                extended = record("path", entry.name)
                if !entry.link.isEmpty { extended += record("linkpath", Array(entry.link.utf8)) }
                extended = header(Entry(name: Array("pax".utf8), type: "x"), size: extended.count) + padded(extended)
            }
            return extended + header(entry, size: entry.content.count) + padded(entry.content)
        } + [UInt8](repeating: 0, count: 1024)
    }

    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [0x0A]
        var length = rest.count + 1
        while String(length).utf8.count + rest.count != length { length += 1 }
        return Array(String(length).utf8) + rest
    }

    private static func header(_ entry: Entry, size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Collection<UInt8>, at offset: Int, limit: Int) {
            header.replaceSubrange(offset..<(offset + min(limit, bytes.count)), with: bytes.prefix(limit))
        }
        put(entry.name, at: 0, limit: 100)
        put(octal(entry.mode, 7), at: 100, limit: 8)
        put(octal(size, 11), at: 124, limit: 12)
        put(octal(1_600_000_000, 11), at: 136, limit: 12)
        put(String(entry.type).utf8, at: 156, limit: 1)
        put(entry.link.utf8, at: 157, limit: 100)
        put("ustar\u{0}00".utf8, at: 257, limit: 8)
        return checksummed(header)
    }

    /// `block` with the sum that its 512 bytes have.
    static func checksummed(_ block: [UInt8]) -> [UInt8] {
        var block = block
        block.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
        block.replaceSubrange(148..<155, with: octal(block.reduce(0) { $0 + Int($1) }, 6) + [0])
        return block
    }

    private static func octal(_ number: Int, _ digits: Int) -> [UInt8] {
        let text = String(number, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }

    private static func padded(_ content: [UInt8]) -> [UInt8] {
        content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// A frame of blocks that are not compressed (RFC 8878 §3.1.1), and carry no checksum.
    static func zstandard(_ content: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58]
        var rest = content[...]
        repeat {
            let block = rest.prefix(65536)
            rest = rest.dropFirst(block.count)
            let head = UInt32(block.count) << 3 | (rest.isEmpty ? 1 : 0)
            frame += little(head).prefix(3) + block
        } while !rest.isEmpty
        return frame
    }
}

extension ArchiveBuilder {
    private static let fileTypes: [Character: Int] = [
        "0": 0o100000, "2": 0o120000, "3": 0o020000, "4": 0o060000, "5": 0o040000, "6": 0o010000, "s": 0o140000,
    ]

    /// A zip whose entries are stored.
    static func zip(_ entries: [Entry]) -> [UInt8] {
        var (body, directory): ([UInt8], [UInt8]) = ([], [])
        for entry in entries {
            let content = entry.type == "2" ? Array(entry.link.utf8) : entry.content
            let name = entry.type == "5" && entry.name.last != 0x2F ? entry.name + [0x2F] : entry.name
            let mode = UInt32((fileTypes[entry.type] ?? 0) | entry.mode)
            let common =
                little(entry.flags) + little(UInt16(0)) + little(UInt32(0x5000_0000)) + little(crc(content))
                + little(UInt32(content.count)) + little(UInt32(content.count)) + little(UInt16(name.count))
                + little(UInt16(0))
            directory +=
                little(UInt32(0x0201_4B50)) + little(UInt16(0x0314)) + little(UInt16(20)) + common
                + little(UInt16(0)) + little(UInt16(0)) + little(UInt16(0)) + little(mode << 16)
                + little(UInt32(body.count)) + name
            body += little(UInt32(0x0403_4B50)) + little(UInt16(20)) + common + name + content
        }
        let end =
            little(UInt32(0x0605_4B50)) + little(UInt32(0)) + little(UInt16(entries.count))
            + little(UInt16(entries.count)) + little(UInt32(directory.count)) + little(UInt32(body.count))
        return body + directory + end + little(UInt16(0))
    }

    private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
    }

    private static func crc(_ content: [UInt8]) -> UInt32 {
        ~content.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
