/// A part of a video with a title.
struct Chapter: Equatable {
    /// The part before the first mark.
    static let opening = "_recording_start"

    let title: String
    /// In milliseconds.
    let range: Range<Int64>

    /// The chapters that marks make: each lasts until the next one begins, the last one until the end.
    ///
    /// - Parameter duration: of the video, in milliseconds. Marks behind its last millisecond are moved there: players
    ///   leave out a chapter that begins at the end.
    static func all(from marks: [RecordingMark], duration: Int64) -> [Chapter] {
        var starts = marks.map { (title: $0.name, start: min(max(0, $0.offset), max(0, duration - 1))) }
        // Sorting is stable, so marks of one moment keep their order.
        starts.sort { $0.start < $1.start }
        guard let first = starts.first else { return [] }
        if first.start > 0 { starts.insert((opening, 0), at: 0) }
        let ends = starts.dropFirst().map(\.start) + [duration]
        return zip(starts, ends).map { Chapter(title: $0.title, range: $0.start..<$1) }
    }
}
