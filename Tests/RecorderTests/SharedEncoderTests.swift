import AgentCore
import AgentTestSupport
import ScreenCapture
import Testing

@testable import Recorder

@Suite(.enabled(if: MediaFile.isProbeInstalled, "needs ffmpeg and ffprobe"))
struct SharedEncoderTests {
    @Test func `recordings of one format share an encoder, which goes with the last of them`() throws {
        let pool = EncoderPool()
        let screen = VideoSize(width: 64, height: 64)
        let format = VideoFormat(screen: screen, try RecordingParameters(frameRate: 10))
        let other = VideoFormat(screen: screen, try RecordingParameters(frameRate: 20))
        var first: SharedEncoder? = try pool.encoder(for: format)
        #expect(try pool.encoder(for: format) === first)
        #expect(try pool.encoder(for: other) !== first)
        weak let released = first
        first = nil
        #expect(released == nil)
        _ = try pool.encoder(for: format)
    }

    @Test func `one that starts late and one that ends early have whole files of their own`() async throws {
        try await RecordingFixture.with { fixture in
            let ids = try (early: RecordingID("early"), late: RecordingID("late"))
            try await fixture.service.start(ids.early, RecordingParameters(frameRate: 20))
            #expect(await eventually { fixture.screen.shown.count >= 8 })
            try await fixture.service.start(ids.late, RecordingParameters(frameRate: 20))
            #expect(await eventually { fixture.screen.shown.count >= 16 })
            try await fixture.service.stop(ids.early)
            #expect(await eventually { fixture.screen.shown.count >= 24 })
            try await fixture.service.stop(ids.late)
            for id in [ids.early, ids.late] {
                let frames = try await fixture.file(id).frames()
                #expect(frames.first?.time == 0)
                #expect(frames.first?.isKeyFrame == true)
                let pictures = try await fixture.file(id).luma(width: 320, height: 240)
                let numbers = pictures.map { number(in: $0, width: 320, height: 240) }
                #expect(numbers == numbers.sorted())
                #expect(Set(numbers).count >= 8)
            }
            let late = try await fixture.file(ids.late).luma(width: 320, height: 240)
            #expect(number(in: try #require(late.first), width: 320, height: 240) >= 8)
        }
    }

    @Test func `a limit of time is kept to the frame beside one that goes on`() async throws {
        try await RecordingFixture.with { fixture in
            let limited = try RecordingID("limited")
            try await fixture.service.start(.fallback, RecordingParameters())
            try await fixture.service.start(limited, RecordingParameters(seconds: 1))
            let isOver = try await eventually { try await fixture.service.readable(limited).state == .finished }
            #expect(isOver)
            let duration = try await fixture.file(limited).properties()["duration"].flatMap(Double.init)
            #expect(abs(try #require(duration) - 1) < 0.001, "\(duration ?? 0) s")
        }
    }

    @Test func `what waits for a disk that does not answer is let go when it is too much`() async throws {
        let screen = SyntheticScreen(width: 64, height: 64)
        let encoder = try SharedEncoder(
            VideoFormat(screen: VideoSize(width: 64, height: 64), try RecordingParameters()))
        let member = try encoder.join(try #require(try await screen.frame(newerThan: nil)), at: .now)
        let picture = try #require(try member.takePictures().first)
        #expect(try member.takePictures().isEmpty)
        var backlog = Backlog()
        for _ in 0..<3 { backlog.add(picture, limit: 3 * picture.byteCount) }
        #expect(backlog.pictures.count == 3 && !backlog.isOverdue)
        backlog.add(picture, limit: 3 * picture.byteCount)
        #expect(backlog.pictures.isEmpty && backlog.isOverdue)
    }
}

@Suite(.enabled(if: MediaFile.isProbeInstalled, "needs ffmpeg and ffprobe"))
struct VideoFormatTests {
    @Test(arguments: [
        (1920, 1080, 0.5, 960, 540), (1367, 771, 0.5, 684, 386), (64, 20, 0.1, 16, 16), (33, 17, 1, 33, 17),
    ])
    func `a scale leaves even sides, unless it is 1`(
        width: Int, height: Int, scale: Double, scaledWidth: Int, scaledHeight: Int
    ) {
        let size = VideoSize(width: width, height: height).scaled(by: scale)
        #expect(size == VideoSize(width: scaledWidth, height: scaledHeight))
    }

    @Test func `quality and bit rate decide how large a file is, scale what size its pictures are`() async throws {
        try await RecordingFixture.with(SyntheticScreen(width: 640, height: 480)) { fixture in
            fixture.screen.makeNoise()
            let wanted = [
                "sharp": try RecordingParameters(quality: 90), "usual": try RecordingParameters(),
                "coarse": try RecordingParameters(quality: 30),
                "limited": try RecordingParameters(bitRate: 300), "half": try RecordingParameters(scale: 0.5),
            ]
            for (name, parameters) in wanted { try await fixture.service.start(RecordingID(name), parameters) }
            #expect(await eventually(within: .seconds(40)) { fixture.screen.shown.count >= 12 })
            var sizes: [String: Int] = [:]
            for name in wanted.keys {
                let id = try RecordingID(name)
                try await fixture.service.stop(id)
                let properties = try await fixture.file(id).properties()
                #expect(properties["width"] == (name == "half" ? "320" : "640"))
                let frames = try #require(properties["nb_read_packets"].flatMap(Int.init))
                sizes[name] = try fixture.file(id).content().count / frames
            }
            let usual = try #require(sizes["usual"])
            #expect(try #require(sizes["sharp"]) > usual)
            #expect(try #require(sizes["coarse"]) < usual)
            #expect(try #require(sizes["limited"]) < usual / 2)
        }
    }

    @Test(arguments: [
        (0, 100, 1.0), (101, 100, 1), (70, 49, 1), (70, 50_001, 1), (70, 100, 0.09), (70, 100, 1.01), (70, 100, .nan),
    ])
    func `what is out of range is refused, and named`(quality: Int, bitRate: Int, scale: Double) throws {
        let error = #expect(throws: AgentError.self) {
            try RecordingParameters(quality: quality, bitRate: bitRate, scale: scale)
        }
        #expect(error?.code == .invalidArgument)
        #expect(["quality", "bitrate", "scale"].contains { error?.message.hasPrefix($0) == true })
    }
}
