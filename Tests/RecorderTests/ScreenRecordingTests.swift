import AgentCore
import AgentTestSupport
import Logging
import ScreenCapture
import Testing
import XDisplay

@testable import Recorder

/// Recordings of real X servers, decoded by FFmpeg's programs.
@Suite(
    .enabled(if: XvfbFixture.isInstalled && MediaFile.isProbeInstalled, "needs Xvfb, ffmpeg and ffprobe"), .serialized)
struct ScreenRecordingTests {
    @Test func `every frame shows what was on the screen at its time`() async throws {
        try await XvfbFixture.with { xvfb in
            let window = try await CountingWindow(
                displayName: xvfb.displayName, size: ScreenSize(width: 800, height: 600))
            try await Self.recording(xvfb.displayName) { fixture in
                let asked = ContinuousClock.now
                try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20))
                // Time zero of the video lies in between.
                let started = ContinuousClock.now
                var shown: [(before: ContinuousClock.Instant, after: ContinuousClock.Instant)] = []
                for number in 1...24 {
                    let before = ContinuousClock.now
                    shown.append((before, try await window.show(number)))
                    try await Task.sleep(for: .milliseconds(60))
                }
                try await fixture.service.stop(.fallback)
                let (times, pictures) = try await fixture.pictures(800, 600)
                let numbers = pictures.map { number(in: $0, width: 800, height: 600) }
                #expect(numbers == numbers.sorted())
                #expect(numbers.last == 24)
                #expect(Set(numbers).count >= 12, "\(numbers)")
                for (time, number) in zip(times, numbers) where number > 0 {
                    // No frame shows what was not there yet; the pixels are read just after the time is taken.
                    #expect(started + .seconds(time) >= shown[number - 1].before - .milliseconds(250), "\(number)")
                    // Nor what is gone, but for the end, where the last one stays.
                    if number < 24 { #expect(asked + .seconds(time) <= shown[number].after, "\(number)") }
                }
            }
        }
    }

    @Test func `what is left after many small changes is the very screen`() async throws {
        try await XvfbFixture.with(screen: "803x601x24") { xvfb in
            let size = ScreenSize(width: 803, height: 601)
            let window = try await CountingWindow(displayName: xvfb.displayName, size: size)
            try await Self.recording(xvfb.displayName) { fixture in
                try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20))
                for number in (0..<40).map({ $0 * 37 % 256 }) + [0b1011_0010] { _ = try await window.show(number) }
                let grab = try #require(try await fixture.grabber.frame(newerThan: nil))
                // As long as it takes to be seen.
                let frames = try await fixture.frameCount()
                #expect(try await fixture.hasFrames(after: frames + 1))
                try await fixture.service.stop(.fallback)
                let picture = try #require(try await fixture.pictures(804, 602).pictures.last)
                var worst = 0
                grab.withPixels { pixels in
                    for y in 0..<601 {
                        for x in 0..<803 {
                            let gray = Int(pixels[y * grab.bytesPerRow + x * 4])
                            worst = max(worst, abs(gray - Int(picture[y * 804 + x])))
                        }
                    }
                }
                #expect(worst < 40, "only black, white and what compression leaves at their edges")
            }
        }
    }

    @Test(arguments: [(3840, 2160), (33, 17), (1367, 771)])
    func `a screen of any size`(width: Int, height: Int) async throws {
        try await XvfbFixture.with(screen: "\(width)x\(height)x24") { xvfb in
            let window = try await CountingWindow(
                displayName: xvfb.displayName, size: ScreenSize(width: width, height: height))
            try await Self.recording(xvfb.displayName) { fixture in
                try await fixture.service.start(.fallback, RecordingParameters(frameRate: 5))
                _ = try await window.show(170)
                let frames = try await fixture.frameCount()
                #expect(try await fixture.hasFrames(after: frames + 1))
                try await fixture.service.stop(.fallback)
                let padded = VideoSize(width: width, height: height).padded
                let properties = try await fixture.file.properties()
                #expect(properties["width"] == "\(padded.width)" && properties["height"] == "\(padded.height)")
                #expect(properties["profile"] == "High" && properties["pix_fmt"] == "yuv420p")
                let picture = try #require(try await fixture.pictures(padded.width, padded.height).pictures.last)
                #expect(number(in: picture, width: padded.width, height: padded.height) == 170)
            }
        }
    }

    @Test func `an X server that dies ends the recording, which is finalised and says why`() async throws {
        try await XvfbFixture.with { xvfb in
            try await Self.recording(xvfb.displayName) { fixture in
                var parameters = try RecordingParameters(frameRate: 20)
                parameters.screenPatience = .milliseconds(300)
                try await fixture.service.start(.fallback, parameters)
                xvfb.kill()
                #expect(await eventually { await fixture.service.list().first?.state == .finished })
                let status = try await fixture.service.readable(.fallback)
                #expect(status.failure?.code == .unavailable)
                #expect(status.failure?.message.contains("X server") == true)
                #expect(try !fixture.file.boxes().contains("moof"))
                #expect(try await !fixture.file.frames().isEmpty)
                try await xvfb.restart()
                try await fixture.service.start(RecordingID("next"), parameters)
            }
        }
    }

    @Test func `an X server that comes back in another size is recorded on, scaled`() async throws {
        try await XvfbFixture.with(screen: "640x480x24") { xvfb in
            try await Self.recording(xvfb.displayName) { fixture in
                var parameters = try RecordingParameters(frameRate: 20)
                parameters.screenPatience = .seconds(60)
                try await fixture.service.start(.fallback, parameters)
                xvfb.kill()
                try await xvfb.restart(screen: "1000x300x24")
                let window = try await CountingWindow(
                    displayName: xvfb.displayName, size: ScreenSize(width: 1000, height: 300))
                _ = try await window.show(0)
                let serial = try #require(try await fixture.grabber.frame(newerThan: nil)).serial
                _ = try await window.show(255)
                let isSeen = try await eventually { try await fixture.grabber.frame(newerThan: serial) != nil }
                #expect(isSeen)
                let frames = try await fixture.frameCount()
                #expect(try await fixture.hasFrames(after: frames + 1))
                try await fixture.service.stop(.fallback)
                #expect(try await fixture.service.readable(.fallback).failure == nil)
                let picture = try #require(try await fixture.pictures(640, 480).pictures.last)
                // 640 by 192, in the middle.
                #expect(picture[100 * 640 + 320] <= 2 && picture[400 * 640 + 320] <= 2)
                #expect(picture[190 * 640 + 320] <= 4 && picture[300 * 640 + 320] >= 250)
            }
        }
    }

    @Test(.enabled(if: XorgFixture.isInstalled, "Xorg or xrandr is not installed, or the user is not root"))
    func `a screen that is resized back and forth leaves one valid file`() async throws {
        try await XorgFixture.with { xorg in
            try await Self.recording(xorg.displayName) { fixture in
                try await fixture.service.start(.fallback, RecordingParameters(frameRate: 20))
                for (size, width) in [("640x480", 640), ("800x600", 800), ("1024x768", 1024)] {
                    let xrandr = try xorg.resize(to: size)
                    defer { xrandr.end() }
                    let hasFollowed = try await eventually {
                        try await fixture.grabber.frame(newerThan: nil)?.width == width
                    }
                    #expect(hasFollowed)
                    let frames = try await fixture.frameCount()
                    #expect(try await fixture.hasFrames(after: frames + 1))
                }
                try await fixture.service.stop(.fallback)
                let properties = try await fixture.file.properties()
                #expect(properties["width"] == "1024" && properties["height"] == "768")
                #expect(try await fixture.file.frames().count >= 4)
            }
        }
    }

    /// A service that records an X server, and what it records with.
    private struct Fixture {
        let grabber: ScreenGrabber
        let service: RecordingService
        let file: MediaFile

        func frameCount() async throws -> Int { try await service.readable(.fallback).figures.frames }

        func hasFrames(after count: Int) async throws -> Bool {
            try await eventually { try await frameCount() > count }
        }

        func pictures(_ width: Int, _ height: Int) async throws -> (times: [Double], pictures: [[UInt8]]) {
            (try await file.frames().map(\.time), try await file.luma(width: width, height: height))
        }
    }

    private static func recording(_ displayName: String, _ body: (Fixture) async throws -> Void) async throws {
        let files = try ScratchFiles()
        let grabber = try ScreenGrabber(displayName: displayName)
        let service = try RecordingService(
            source: grabber, directory: files.directory,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let file = MediaFile(path: files.path("default.mp4"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            defer { group.cancelAll() }
            try await body(Fixture(grabber: grabber, service: service, file: file))
            await service.shutdown()
        }
    }
}
