import AgentCore
import Glibc

@testable import Recorder

extension FuzzTarget {
    /// The file of a recording, however it was cut off: what is said to be whole lies within it, in order.
    static let recordingFiles = FuzzTarget("recording-files") { input in
        let file = try unnamedFile(with: input)
        defer { close(file) }
        let index = FragmentIndex(of: file)
        var last = index.head.upperBound
        for fragment in index.fragments {
            try require(fragment.range.lowerBound >= last && !fragment.range.isEmpty, "\(fragment) after \(last)")
            last = fragment.range.upperBound
        }
        try require(last <= Int64(input.count) && index.end <= Int64(input.count), "\(index)")
        for time in [0, 1, Int64.max] {
            try require(index.fragments(showing: time).isEmpty == index.fragments.isEmpty, "nothing shows \(time)")
        }
    }

    /// What is known of a recording besides its video.
    static let recordingJournal = FuzzTarget("recording-journal") { input in
        let content = RecordingJournal.parse(input)
        try require(content.marks.count <= input.count / 6, "\(content.marks.count) marks")
        let twice = RecordingJournal.parse(input + [0x0A] + input + [0x0A])
        try require(twice.marks.count >= content.marks.count, "marks are lost")
        guard !input.isEmpty else { return }
        // A name comes back as it was given.
        let journal = RecordingJournal(path: "/dev/shm/guest-agent-fuzz-journal-\(getpid())")
        defer { unlink(journal.path) }
        let mark = RecordingMark(name: input.text, offset: Int64(input.count))
        try journal.begin(at: UnixTime(seconds: 1, nanoseconds: 2))
        try journal.add(mark)
        let read = try journal.read().marks
        try require(read == [mark], "\(mark) is read as \(read)")
    }
}
