import AgentCore
import AgentTestSupport
import ScreenCapture
import Testing

@testable import Recorder

/// What is in the files, told by FFmpeg's programs.
@Suite(.enabled(if: MediaFile.isProbeInstalled, "needs ffmpeg and ffprobe"))
struct RecordingFileTests {
    @Test func `a finished file is H.264 High with its index in front`() async throws {
        try await RecordingFixture.with { fixture in
            let file = try await fixture.record(pictures: 8)
            let properties = try await file.properties()
            #expect(properties["codec_name"] == "h264")
            #expect(properties["profile"] == "High")
            #expect(properties["pix_fmt"] == "yuv420p")
            #expect(properties["color_space"] == "bt709")
            #expect(properties["color_range"] == "tv")
            #expect(properties["width"] == "320")
            #expect(properties["height"] == "240")
            let boxes = try file.boxes()
            #expect(boxes.first == "ftyp")
            let (index, media) = (
                try #require(boxes.firstIndex(of: "moov")), try #require(boxes.firstIndex(of: "mdat"))
            )
            #expect(index < media)
            #expect(!boxes.contains("moof"))
        }
    }

    @Test func `every frame is what was on the screen at its time`() async throws {
        try await RecordingFixture.with { fixture in
            let file = try await fixture.record(pictures: 15, frameRate: 10)
            let frames = try await file.frames()
            let pictures = try await file.luma(width: 320, height: 240)
            try #require(frames.count == pictures.count)
            let start = try #require(fixture.screen.shown.first).capturedAt
            for (frame, picture) in zip(frames, pictures) {
                let number = number(in: picture, width: 320, height: 240)
                let shown = try #require(fixture.screen.shown.first { $0.number == number })
                // The last one is repeated to fill up the time.
                if frame.time == frames.last?.time { continue }
                #expect(abs((shown.capturedAt - start) / .seconds(1) - frame.time) < 0.02, "picture \(number)")
            }
        }
    }

    @Test func `colours are exact where the screen is white or black`() async throws {
        try await RecordingFixture.with { fixture in
            let file = try await fixture.record(pictures: 2)
            let picture = try #require(try await file.luma(width: 320, height: 240).first)
            #expect(picture[(240 - 10) * 320 + 100] >= 253)
            // The first picture has number 1: its first bar is black.
            #expect(picture[60 * 320 + 20] <= 2)
        }
    }

    @Test func `a still screen takes hardly a frame but lasts as long as it was recorded`() async throws {
        try await RecordingFixture.with(SyntheticScreen(mode: .still)) { fixture in
            let start = ContinuousClock.now
            try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20))
            try await Task.sleep(for: .milliseconds(2500))
            try await fixture.service.stop(.fallback)
            let elapsed = (ContinuousClock.now - start) / .seconds(1)
            let properties = try await fixture.file().properties()
            let duration = try #require(properties["duration"].flatMap(Double.init))
            #expect(duration > 2.45 && duration <= elapsed)
            let packets = try #require(properties["nb_read_packets"].flatMap(Int.init))
            #expect((4...Int(elapsed) + 2).contains(packets), "the first, one a second to show it still lasts, the end")
        }
    }

    @Test(arguments: [(321, 241), (1367, 77), (101, 200)])
    func `an odd size is padded by what is beside it`(width: Int, height: Int) async throws {
        try await RecordingFixture.with(SyntheticScreen(width: width, height: height)) { fixture in
            let file = try await fixture.record(pictures: 3)
            let properties = try await file.properties()
            let padded = (width: (width + 1) / 2 * 2, height: (height + 1) / 2 * 2)
            #expect(properties["width"] == "\(padded.width)")
            #expect(properties["height"] == "\(padded.height)")
            let picture = try #require(try await file.luma(width: padded.width, height: padded.height).first)
            #expect(picture.suffix(padded.width).allSatisfy { $0 >= 250 })
            #expect(picture[padded.width - 1] >= 250)
        }
    }

    @Test func `a screen that changes its size goes on in the size of the start`() async throws {
        try await RecordingFixture.with(SyntheticScreen(width: 400, height: 200)) { fixture in
            try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20))
            #expect(await eventually { fixture.screen.shown.count >= 3 })
            fixture.screen.resize(width: 200, height: 201)
            let resizedAt = fixture.screen.shown.count
            #expect(await eventually { fixture.screen.shown.count >= resizedAt + 3 })
            try await fixture.service.stop(.fallback)
            let picture = try #require(try await fixture.file().luma(width: 400, height: 200).last)
            #expect(picture[190 * 400 + 20] <= 2, "black beside the picture")
            #expect(picture[190 * 400 + 380] <= 2, "black beside the picture")
            #expect(picture[190 * 400 + 200] >= 250, "the picture is white down there")
        }
    }

    @Test func `what is on disk while recording plays, and so does what is left of it when it is cut`() async throws {
        try await RecordingFixture.with { fixture in
            try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20))
            let start = ContinuousClock.now
            #expect(try await fixture.file().frames().count >= 1, "playable as soon as it has started")
            #expect(await eventually { fixture.screen.shown.count >= 70 })
            let elapsed = (ContinuousClock.now - start) / .seconds(1)
            let bytes = try fixture.file().content()
            try fixture.files.write(bytes, to: "killed.mp4")
            let killed = try await MediaFile(path: fixture.files.path("killed.mp4")).frames()
            #expect(try #require(killed.last).time > elapsed - 2)
            // In the middle of the last fragment's media: all before it is still there.
            let media = try #require(fixture.file().extents(in: bytes).last { $0.name == "mdat" }).range
            let cut = Array(bytes.prefix((media.lowerBound + media.upperBound) / 2))
            try fixture.files.write(cut, to: "cut.mp4")
            let count = try await MediaFile.output(
                "ffprobe -v quiet -count_frames -show_entries stream=nb_read_frames -of csv=p=0 "
                    + "'\(fixture.files.path("cut.mp4"))'")
            #expect(Int(count.filter(\.isNumber)) ?? 0 >= killed.count / 2)
        }
    }

    @Test func `half an hour can be sought in and ends on time`() async throws {
        let screen = SyntheticScreen(width: 64, height: 64)
        let files = try ScratchFiles()
        let (start, path) = (ContinuousClock.now, files.path("long.mp4"))
        let picture = try #require(try await screen.frame(newerThan: nil))
        let format = VideoFormat(screen: VideoSize(width: 64, height: 64), try RecordingParameters())
        let track = try ScreenTrack(
            LibAV.load(), path: path, first: picture, at: start, format: format, encoder: SharedEncoder(format))
        for second in 1..<1800 {
            let instant = start + .seconds(second)
            if second < 600 || second == 1745 {
                try track.append(try #require(try await screen.frame(newerThan: nil, notBefore: instant)))
            } else {
                try track.repeatLast(at: instant)
            }
        }
        try track.finish(at: start + .seconds(1800))
        let final = files.path("final.mp4")
        try FaststartRemux(LibAV.load()).copy(path, to: final, extent: track.extent, marks: [])
        let frames = try await MediaFile(path: final).frames()
        #expect(frames.count == 1801)
        let keyFrames = frames.filter(\.isKeyFrame).map(\.time)
        let gaps = zip(keyFrames, keyFrames.dropFirst()).map { (from: $0, length: $1 - $0) }
        #expect(gaps.allSatisfy { $0.length <= ($0.from < 590 ? 10.001 : 60.001) })
        // While nothing changes key frames are rare, and the change after that is one.
        #expect(keyFrames.count { $0 > 600 } <= 22)
        #expect(keyFrames.contains { abs($0 - 1745) < 0.001 })
        #expect(try await MediaFile(path: final).properties()["duration"] == "1800.000000")
    }

    @Test func `hours fit the limit of size, index and chapters included`() async throws {
        let screen = SyntheticScreen(width: 64, height: 64)
        screen.makeNoise()
        let files = try ScratchFiles()
        let (start, path, limit) = (ContinuousClock.now, files.path("long.mp4"), Int64(2_000_000))
        let picture = try #require(try await screen.frame(newerThan: nil))
        let format = VideoFormat(screen: VideoSize(width: 64, height: 64), try RecordingParameters())
        let track = try ScreenTrack(
            LibAV.load(), path: path, first: picture, at: start, format: format, encoder: SharedEncoder(format))
        let marks = (0..<300).map { RecordingMark(name: String(repeating: "ä", count: 200), offset: $0 * 10_000) }
        var second = 0
        while track.extent.fits(in: limit, marks: marks), second < 7200 {
            second += 1
            let time = start + .seconds(second)
            if second % 16 == 0, let noise = try await screen.frame(newerThan: nil, notBefore: time) {
                try track.append(noise)
            } else {
                try track.repeatLast(at: time)
            }
        }
        try track.finish(at: start + .seconds(second + 1))
        let final = files.path("final.mp4")
        try FaststartRemux(LibAV.load()).copy(path, to: final, extent: track.extent, marks: marks)
        let file = MediaFile(path: final)
        let size = Int64(try file.content().count)
        #expect(second > 5400 && size < limit && size > limit / 2, "\(size) bytes after \(second) s")
        #expect(try await file.properties()["duration"] == "\(second + 1).000000")
        #expect(try await file.chapters().count == 300)
    }
}
