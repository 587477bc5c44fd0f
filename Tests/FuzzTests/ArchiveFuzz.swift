import AgentCore
import Glibc

@testable import FSService

extension FuzzTarget {
    /// A zip archive.
    static let zip = FuzzTarget("zip") { try unpack($0, as: .zip) }

    /// A tar archive, whose sums are put right and which is packed without being compressed.
    static let tar = FuzzTarget("tar") { try unpack(zstandardFrame(of: withRightSums($0)), as: .tarZstd) }

    /// A tar archive in zstd.
    static let zstandard = FuzzTarget("zstd") { try unpack($0, as: .tarZstd) }

    private static let limits: UnpackLimits = {
        var limits = UnpackLimits()
        (limits.entries, limits.bytes, limits.depth) = (500, 1 << 20, 16)
        return limits
    }()

    /// Unpacks into a directory that is in memory: there is the target afterwards, or, where the archive is refused,
    /// nothing.
    private static func unpack(_ archive: [UInt8], as format: ArchiveFormat) throws {
        var template = Array("/dev/shm/guest-agent-fuzz-XXXXXX".utf8CString)
        try require(mkdtemp(&template) != nil, "no directory can be made in /dev/shm")
        let place = try FilePath(bytes: template.dropLast().map { UInt8(bitPattern: $0) })
        let parent = try SystemCalls.open(.temporaryDirectory.parent, O_RDONLY | O_DIRECTORY)
        defer { try? TreeRemoval.remove(FilePath(bytes: Array(place.bytes.dropFirst())), in: parent, shownAs: place) }
        let done: Void? = try unlessRefused {
            try unpack(archive, as: format, into: place.appending(FilePath("target")))
        }
        let names = try entries(of: place)
        try require(names == (done == nil ? [] : ["target"]), "\(names) are there afterwards")
    }

    private static func unpack(_ archive: [UInt8], as format: ArchiveFormat, into target: FilePath) throws {
        let reader = try ArchiveReader(spool(archive), format, stripping: 0, limits: limits)
        let extraction = try Extraction(into: target, leaving: DiskFloor(bytes: 0))
        do {
            while let batch = try reader.next() { try extraction.write(batch) }
            try extraction.publish()
        } catch {
            extraction.discard()
            throw error
        }
    }

    private static func spool(_ bytes: [UInt8]) throws -> Spool {
        Spool(descriptor: Descriptor(adopting: try unnamedFile(with: bytes)), size: Int64(bytes.count))
    }

    private static func entries(of directory: FilePath) throws -> [String] {
        guard let stream = directory.withCString({ opendir($0) }) else {
            throw FuzzFailure(description: "the directory is gone")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The sum of every block that has the mark of a header, where a reader looks for it: without, hardly any change of
    /// a header would be looked at.
    private static func withRightSums(_ archive: [UInt8]) -> [UInt8] {
        var archive = archive
        for start in stride(from: 0, to: archive.count - 511, by: 512)
        where archive[(start + 257)..<(start + 262)].elementsEqual("ustar".utf8) {
            let sum = archive[start..<(start + 512)].enumerated().reduce(0) { sum, byte in
                sum + ((148..<156).contains(byte.offset) ? 0x20 : Int(byte.element))
            }
            let digits = String(sum, radix: 8)
            let field = String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "\0 "
            archive.replaceSubrange((start + 148)..<(start + 156), with: field.utf8.prefix(8))
        }
        return archive
    }

    /// A frame of blocks that are not compressed (RFC 8878 §3.1.1).
    private static func zstandardFrame(of content: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58]
        var rest = content[...]
        repeat {
            let block = rest.prefix(65536)
            rest = rest.dropFirst(block.count)
            let head = block.count << 3 | (rest.isEmpty ? 1 : 0)
            frame += [UInt8(head & 0xFF), UInt8(head >> 8 & 0xFF), UInt8(head >> 16 & 0xFF)] + block
        } while !rest.isEmpty
        return frame
    }
}
