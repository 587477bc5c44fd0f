import AgentCore
import AgentTestSupport
import Glibc
import Testing

@testable import Recorder

/// What an agent finds that starts where another one was killed.
@Suite(.enabled(if: MediaFile.isProbeInstalled, "needs ffmpeg and ffprobe"), .timeLimit(.minutes(2)))
struct RecoveryTests {
    @Test func `a recording that was cut anywhere is completed, plays, and keeps its marks`() async throws {
        let recorded = try await Self.killed()
        let head = try Self.head(of: recorded.video)
        for part in 0..<5 {
            // The head is on the disk before the start is answered; anything behind it may be missing.
            let size = head + (recorded.video.count - head) * part / 4
            try await Self.restarted(recorded, videoSize: size) { fixture in
                let status = try await fixture.service.readable(.fallback)
                #expect(status.state == .finished && status.isFromEarlierRun)
                #expect(status.failure != nil)
                let file = MediaFile(path: status.path)
                #expect(try !file.boxes().contains("moof"))
                let frames = try await file.frames()
                #expect(frames.count >= 1 && frames[0].isKeyFrame)
                #expect(try await file.chapters().last == "half way")
                let length = try #require(try await file.properties()["duration"].flatMap(Double.init))
                let told = try #require(status.finishedAt).difference(to: status.startedAt)
                #expect(abs(told - length) < 0.01)
            }
        }
    }

    @Test func `what is not whole is dropped, and not more`() async throws {
        let files = try ScratchFiles()
        let recorded = try await Self.killed()
        // As after a power cut: the size is there, the last bytes are not.
        let zeroed = recorded.video.dropLast(700) + [UInt8](repeating: 0, count: 700)
        try files.write(Array(zeroed), to: "zeroed.mp4")
        let descriptor = open(files.path("zeroed.mp4"), O_RDONLY)
        defer { close(descriptor) }
        let index = FragmentIndex(of: descriptor)
        #expect(index.isFragmented && index.end <= Int64(recorded.video.count))
        #expect(index.fragments.first?.start == FragmentStart(time: 0, isKeyFrame: true))
        let times = index.fragments.map(\.start.time)
        #expect(times == times.sorted() && times.count >= 2)
        #expect(index.fragments(showing: .max).first?.start.isKeyFrame == true)
    }

    @Test func `files of others are left alone`() async throws {
        let files = try ScratchFiles()
        for name in ["holiday.mp4", "holiday.mp4.tmp", "no id.mp4.journal", "notes.txt"] {
            try files.write([1, 2, 3], to: name)
        }
        try await RecordingFixture.with(directory: files.directory) { fixture in
            #expect(await fixture.service.list().isEmpty)
            for name in ["holiday.mp4", "holiday.mp4.tmp", "no id.mp4.journal", "notes.txt"] {
                #expect(files.read(name) == [1, 2, 3])
            }
        }
    }

    @Test func `a finished recording is found as it was, and makes way for a new one of its name`() async throws {
        let files = try ScratchFiles()
        var before: RecordingStatus?
        try await RecordingFixture.with(directory: files.directory) { fixture in
            try await fixture.service.start(.fallback, RecordingParameters())
            _ = try await fixture.service.mark(.fallback, name: "one")
            try await fixture.service.stop(.fallback)
            before = try await fixture.service.readable(.fallback)
        }
        let old = try #require(before)
        try await RecordingFixture.with(directory: files.directory) { fixture in
            let found = try await fixture.service.readable(.fallback)
            #expect(found.startedAt == old.startedAt && found.finishedAt == old.finishedAt)
            #expect(found.marks == old.marks && found.bytesOnDisk == old.bytesOnDisk && found.failure == nil)
            try await fixture.service.start(.fallback, RecordingParameters())
            let ids = await fixture.service.list().map(\.id)
            try #require(ids.count == 2)
            #expect(ids[0].description.hasPrefix("default-20") && ids[1] == .fallback)
            #expect(try await fixture.service.readable(ids[0]).marks == old.marks)
            #expect(files.read("\(ids[0]).mp4") != nil)
            try await fixture.service.delete(ids[0])
            #expect(files.read("\(ids[0]).mp4") == nil)
        }
    }

    private struct Recorded {
        let video: [UInt8]
        let journal: [UInt8]
    }

    /// The files of a recording of some seconds as they are while it runs.
    private static func killed() async throws -> Recorded {
        var result: Recorded?
        try await RecordingFixture.with { fixture in
            try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20))
            _ = try await fixture.service.mark(.fallback, name: "half way")
            #expect(await eventually { fixture.screen.shown.count >= 60 })
            result = Recorded(
                video: try fixture.file().content(), journal: fixture.files.read("default.mp4.journal") ?? [])
        }
        return try #require(result)
    }

    /// What is written before the first frame is over.
    private static func head(of video: [UInt8]) throws -> Int {
        try #require(MediaFile(path: "").extents(in: video).first { $0.name == "mdat" }).range.upperBound
    }

    private static func restarted(
        _ recorded: Recorded, videoSize: Int, _ body: (RecordingFixture) async throws -> Void
    ) async throws {
        let files = try ScratchFiles()
        try files.write(Array(recorded.video.prefix(videoSize)), to: "default.mp4")
        // A line that was being written.
        try files.write(recorded.journal + Array("mark 99".utf8), to: "default.mp4.journal")
        try files.write([0], to: "default.mp4.tmp")
        try await RecordingFixture.with(directory: files.directory, body)
        #expect(files.read("default.mp4.tmp") == nil)
    }
}

extension FragmentStart {
    fileprivate init(time: Int64, isKeyFrame: Bool) {
        self.init()
        (self.time, self.isKeyFrame) = (time, isKeyFrame)
    }
}

extension UnixTime {
    fileprivate func difference(to other: UnixTime) -> Double {
        Double(seconds - other.seconds) + Double(nanoseconds - other.nanoseconds) / 1e9
    }
}
