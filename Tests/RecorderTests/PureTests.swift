import AgentCore
import Testing

@testable import Recorder

@Suite struct RecordingIDTests {
    @Test(arguments: ["default", "a", "Run-3", String(repeating: "x", count: 128)])
    func `letters, digits and hyphens`(text: String) throws {
        #expect(try RecordingID(text).description == text)
    }

    @Test(arguments: ["", "../x", "a/b", "a.b", "a b", "é", "a\0", "a_b", String(repeating: "x", count: 129)])
    func `nothing else`(text: String) {
        #expect(throws: AgentError.self) { try RecordingID(text) }
    }
}

@Suite struct FramePacerTests {
    private let origin = ContinuousClock.now

    @Test func `a late frame does not delay those after it`() {
        var pacer = FramePacer(origin: origin, frameRate: 10)
        #expect(pacer.next(after: origin) == origin + .milliseconds(100))
        #expect(pacer.next(after: origin + .milliseconds(190)) == origin + .milliseconds(200))
        #expect(pacer.next(after: origin + .milliseconds(205)) == origin + .milliseconds(300))
        #expect(pacer.missed == 0)
    }

    @Test func `moments that have passed are counted and not made up for`() {
        var pacer = FramePacer(origin: origin, frameRate: 10)
        _ = pacer.next(after: origin)
        #expect(pacer.next(after: origin + .milliseconds(450)) == origin + .milliseconds(500))
        #expect(pacer.missed == 3)
    }

    @Test func `no moment is given twice`() {
        var pacer = FramePacer(origin: origin, frameRate: 20)
        #expect(pacer.next(after: origin) == origin + .milliseconds(50))
        #expect(pacer.next(after: origin + .milliseconds(10)) == origin + .milliseconds(100))
    }
}

@Suite struct PlacementTests {
    private let video = VideoSize(width: 1920, height: 1080)

    @Test func `a screen of the video's size covers it`() {
        #expect(Placement(of: video, in: video).size == video)
    }

    @Test(arguments: [(1280, 720), (3840, 2160), (390, 844), (1, 4000), (4000, 1), (1367, 771)])
    func `any other fits, even and centred`(width: Int, height: Int) {
        let placement = Placement(of: VideoSize(width: width, height: height), in: video)
        for side in [placement.x, placement.y, placement.size.width, placement.size.height] { #expect(side % 2 == 0) }
        #expect(placement.x >= 0 && placement.x + placement.size.width <= video.width)
        #expect(placement.y >= 0 && placement.y + placement.size.height <= video.height)
        #expect(abs(placement.x * 2 + placement.size.width - video.width) <= 2)
        #expect(abs(placement.y * 2 + placement.size.height - video.height) <= 2)
    }
}

@Suite struct VideoTimeTests {
    @Test func `ticks are exact`() {
        #expect(VideoTime.ticks(.seconds(3600)) == 324_000_000)
        #expect(VideoTime.ticks(.milliseconds(1)) == 90)
        #expect(VideoTime.ticks(.microseconds(100)) == 9)
    }
}
