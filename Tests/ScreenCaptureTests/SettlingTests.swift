import AgentCore
import AgentTestSupport
import ScreenCapture
import Testing
import XDisplay

@Suite("Waiting for a quiet screen", .enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"), .serialized)
struct SettlingTests {
    /// Draws something new every few milliseconds, and returns when it drew last.
    private func draw(_ painter: Painter, for duration: Duration) async throws -> ContinuousClock.Instant {
        let end = ContinuousClock.now + duration
        var color: UInt = 0
        while true {
            color += 1
            try await painter.fill(ScreenRegion(x: 5, y: 5, width: 3, height: 3), color)
            let last = ContinuousClock.now
            if last > end { return last }
            try await Task.sleep(for: .milliseconds(15))
        }
    }

    @Test func `the picture is of the screen when it has come to rest`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            _ = try await grabber.state()
            async let drawing = draw(painter, for: .milliseconds(400))
            let isQuiet = try await grabber.waitUntilQuiet(Settling(quiet: .milliseconds(200)))
            let answered = ContinuousClock.now
            let last = try await drawing
            #expect(isQuiet)
            #expect(answered - last >= .milliseconds(180) && answered - last < .seconds(2))
        }
    }

    @Test func `patience has an end`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            async let drawing = draw(painter, for: .milliseconds(900))
            let start = ContinuousClock.now
            let settling = try Settling(quiet: .milliseconds(300), patience: .milliseconds(400))
            let screenshot = try await shots.take(PictureOptions(), settling: settling)
            #expect(screenshot.isStable == false && screenshot.bytes != nil)
            #expect(ContinuousClock.now - start >= .milliseconds(400))
            _ = try await drawing
        }
    }

    @Test func `a screen that is quiet already is waited for too, and the pointer does not count`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            _ = try await shots.take(PictureOptions())
            let start = ContinuousClock.now
            let settling = try Settling(quiet: .milliseconds(150))
            async let screenshot = shots.take(PictureOptions(), settling: settling)
            for x in 0..<10 {
                try await painter.movePointer(to: ScreenPoint(x: x, y: 9))
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(try await screenshot.isStable == true)
            #expect(ContinuousClock.now - start >= .milliseconds(150))
        }
    }

    @Test func `cancellation ends waiting`() async throws {
        try await XvfbFixture.with { xvfb in
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            let start = ContinuousClock.now
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await grabber.waitUntilQuiet(Settling(quiet: .seconds(10))) }
                group.cancelAll()
            }
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test(arguments: [(-1, nil), (10_001, nil), (100, 99), (100, 30_001), (100, -1)] as [(Int, Int?)])
    func `what is out of range is refused`(quiet: Int, patience: Int?) {
        #expect(throws: AgentError.self) {
            try Settling(quiet: .milliseconds(quiet), patience: patience.map { .milliseconds($0) })
        }
    }
}
