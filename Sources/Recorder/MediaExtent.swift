/// How much is in a recording.
struct MediaExtent {
    /// When the last picture ends, in ticks.
    var end: Int64 = 0
    private(set) var pictures = 0
    private(set) var sounds = 0
    private(set) var bytes: Int64 = 0
    private var largestPacket: Int64 = 0

    mutating func add(pictureOf size: Int64) {
        pictures += 1
        add(size)
    }

    mutating func add(soundOf size: Int64) {
        sounds += 1
        add(size)
    }

    private mutating func add(_ size: Int64) {
        bytes += size
        largestPacket = max(largestPacket, size)
    }

    /// Whether one more packet, as large as any, leaves the file within `limit` bytes.
    ///
    /// - Parameter marks: what becomes chapters.
    func fits(in limit: Int64, marks: [RecordingMark] = []) -> Bool {
        // The names of chapters are among the media too.
        let names = marks.reduce(0) { $0 + Int64($1.name.utf8.count) + 16 }
        return bytes + largestPacket + indexBytes(marks: marks) + names < limit
    }

    /// Upper bound of the index in bytes: time and size of a picture take 12, a key frame 4 more, a chunk of the file
    /// (1 MiB at most, so two together exceed that) 20. Where there is sound, each packet may be a chunk. A mark is a
    /// chapter in a list, with its name, and in a track of its own.
    func indexBytes(marks: [RecordingMark]) -> Int64 {
        let names = marks.reduce(0) { $0 + Int64($1.name.utf8.count) + 64 }
        let packets = Int64(pictures) * 16 + Int64(sounds) * 12
        let chunks = sounds > 0 ? Int64(pictures + sounds) : (bytes >> 20) * 2
        return 16_384 + packets + chunks * 20 + names
    }
}
