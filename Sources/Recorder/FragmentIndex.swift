import AgentCore
import Glibc

/// Where the fragments of a fragmented MP4 lie, as far as they are whole.
///
/// A file that was cut off, or whose last bytes never reached the disk, ends with a part of a fragment, which players
/// refuse or show as garbage; everything before `end` plays.
struct FragmentIndex {
    struct Fragment: Equatable {
        /// The head of the fragment and its media.
        let range: Range<Int64>
        let start: FragmentStart
    }

    /// What makes the file an MP4, in front of the first fragment.
    private(set) var head: Range<Int64> = 0..<0
    private(set) var fragments: [Fragment] = []
    /// Behind the last box that is whole.
    private(set) var end: Int64 = 0

    /// Whether the file has fragments; a finished one has none.
    var isFragmented: Bool { !fragments.isEmpty }

    /// Reads the heads of the boxes. Blocks.
    init(of file: Int32) {
        var status = stat()
        guard fstat(file, &status) == 0 else { return }
        var header: MP4Box?
        while let box = MP4Box(at: end, in: file), box.range.upperBound <= Int64(status.st_size) {
            if box.type == MP4Box.type("moof") {
                header = box
            } else if box.type == MP4Box.type("mdat"), let found = header {
                guard let start = FragmentStart(of: found, in: file) else { break }
                fragments.append(Fragment(range: found.range.lowerBound..<box.range.upperBound, start: start))
                header = nil
            } else if fragments.isEmpty, header == nil {
                head = 0..<box.range.upperBound
            }
            end = box.range.upperBound
        }
        // The head of a fragment is worth nothing without its media.
        if let header { end = header.range.lowerBound }
    }

    /// What has to be decoded to see the picture shown at `time`, in ticks: from the last key frame until then.
    func fragments(showing time: Int64) -> ArraySlice<Fragment> {
        let last = fragments.lastIndex { $0.start.time <= time } ?? fragments.startIndex
        guard last < fragments.endIndex else { return [] }
        return fragments[(fragments[...last].lastIndex { $0.start.isKeyFrame } ?? last)...last]
    }
}

/// The first picture of a fragment.
struct FragmentStart: Equatable {
    /// Track 1 is the video (`FragmentedMP4Writer`).
    private static let videoTrack: UInt64 = 1
    /// More than any fragment of a second needs.
    private static let sizeLimit: Int64 = 1 << 20

    /// In ticks; zero where the fragment has sound only.
    var time: Int64 = 0
    /// Whether decoding can begin here.
    var isKeyFrame = false

    init() {}

    /// `nil` when the head of the fragment is not what it must be.
    init?(of header: MP4Box, in file: Int32) {
        guard header.content.count <= Self.sizeLimit else { return nil }
        var bytes = [UInt8](repeating: 0, count: header.content.count)
        guard pread(file, &bytes, bytes.count, off_t(header.content.lowerBound)) == bytes.count else { return nil }
        guard let tracks = Self.boxes(in: bytes, bytes.indices) else { return nil }
        for track in tracks where track.type == MP4Box.type("traf") {
            guard let parts = Self.boxes(in: bytes, track.content) else { return nil }
            if !read(parts, of: bytes) { return nil }
        }
    }

    /// Takes time and flags from the boxes of one track (ISO/IEC 14496-12 §8.8.7, §8.8.8, §8.8.12).
    private mutating func read(_ parts: [Part], of bytes: [UInt8]) -> Bool {
        var flags: UInt64 = 0
        for part in parts {
            let content = Array(bytes[part.content])
            guard content.count >= 8 else { return false }
            switch part.type {
            case MP4Box.type("tfhd"):
                guard content.number(at: 4, bytes: 4) == Self.videoTrack else { return true }
                flags = Self.defaultFlags(content) ?? flags
            case MP4Box.type("tfdt"):
                let size = content[0] == 1 ? 8 : 4
                guard content.count >= 4 + size else { return false }
                time = Int64(clamping: content.number(at: 4, bytes: size))
            case MP4Box.type("trun"):
                isKeyFrame = (Self.firstFlags(content) ?? flags) & 0x10000 == 0
                return true
            default: continue
            }
        }
        return true
    }

    private static func defaultFlags(_ content: [UInt8]) -> UInt64? {
        let present = content.number(at: 1, bytes: 3)
        guard present & 0x20 != 0 else { return nil }
        let sizes: [(flag: UInt64, size: Int)] = [(0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4)]
        let offset = sizes.reduce(8) { present & $1.flag != 0 ? $0 + $1.size : $0 }
        return offset + 4 <= content.count ? content.number(at: offset, bytes: 4) : nil
    }

    private static func firstFlags(_ content: [UInt8]) -> UInt64? {
        let present = content.number(at: 1, bytes: 3)
        var offset = present & 0x1 != 0 ? 12 : 8
        if present & 0x4 == 0 {
            guard present & 0x400 != 0 else { return nil }
            for flag: UInt64 in [0x100, 0x200] where present & flag != 0 { offset += 4 }
        }
        return offset + 4 <= content.count ? content.number(at: offset, bytes: 4) : nil
    }

    private struct Part {
        let type: UInt32
        let content: Range<Int>
    }

    /// The boxes side by side in a part of `bytes`; `nil` when they do not fill it.
    private static func boxes(in bytes: [UInt8], _ range: Range<Int>) -> [Part]? {
        var (parts, at) = ([Part](), range.lowerBound)
        while at < range.upperBound {
            guard at + 8 <= range.upperBound else { return nil }
            let size = Int(bytes.number(at: at, bytes: 4))
            guard size >= 8, at + size <= range.upperBound else { return nil }
            parts.append(Part(type: UInt32(bytes.number(at: at + 4, bytes: 4)), content: at + 8..<at + size))
            at += size
        }
        return parts
    }
}
