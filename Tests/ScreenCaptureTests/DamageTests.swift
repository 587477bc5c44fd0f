import AgentCore
import AgentTestSupport
import Testing
import XDisplay

@testable import ScreenCapture

@Suite struct DamageHistoryTests {
    private let region = ScreenRegion(x: 1, y: 2, width: 3, height: 4)

    @Test func `what has changed since a serial is told, and nothing before it`() {
        var history = DamageHistory(startingAt: 5)
        let later = ScreenRegion(x: 9, y: 9, width: 1, height: 1)
        history.add([region], serial: 6)
        history.add([later], serial: 8)
        #expect(history.regions(since: 8) == [])
        #expect(history.regions(since: 6) == [later])
        #expect(Set(history.regions(since: 5) ?? []) == [region, later])
        #expect(history.regions(since: 4) == nil)
    }

    @Test func `what is too long ago is not known`() {
        var history = DamageHistory(startingAt: 0)
        for serial in 1...1000 { history.add([region], serial: UInt64(serial)) }
        #expect(history.regions(since: 0) == nil)
        #expect(history.regions(since: 990)?.count == 10)
        #expect(history.regions(since: 1000) == [])
    }

    @Test func `many places are one that covers them all`() {
        var history = DamageHistory(startingAt: 0)
        history.add((0..<500).map { ScreenRegion(x: $0, y: 1000 - $0, width: 2, height: 3) }, serial: 1)
        #expect(history.regions(since: 0) == [ScreenRegion(x: 0, y: 501, width: 501, height: 502)])
    }
}

@Suite(.enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"), .serialized)
struct FrameChangesTests {
    @Test func `a frame knows where it differs from an earlier one`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            try await painter.hidePointer()
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            let first = try #require(try await grabber.frame(newerThan: nil))
            let upper = ScreenRegion(x: 40, y: 30, width: 20, height: 10)
            try await painter.fill(upper, 0xff0000)
            let second = try #require(try await grabber.frame(newerThan: first.serial))
            #expect(second.changes(since: first.serial) == [upper])
            let lower = ScreenRegion(x: 400, y: 500, width: 7, height: 5)
            try await painter.fill(lower, 0xff00)
            let third = try #require(try await grabber.frame(newerThan: second.serial))
            #expect(third.changes(since: second.serial) == [lower])
            #expect(Set(third.changes(since: first.serial) ?? []) == [upper, lower])
            #expect(third.changes(since: third.serial) == [])
        }
    }

    @Test func `the pointer leaves one place and comes to another`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            try await painter.setSquarePointer(red: 0xffff, green: 0, blue: 0)
            try await painter.movePointer(to: ScreenPoint(x: 200, y: 100))
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            let first = try #require(try await grabber.frame(newerThan: nil))
            try await painter.movePointer(to: ScreenPoint(x: 600, y: 400))
            let second = try #require(try await grabber.frame(newerThan: first.serial))
            let places = [
                ScreenRegion(x: 200, y: 100, width: 16, height: 16),
                ScreenRegion(x: 600, y: 400, width: 16, height: 16),
            ]
            #expect(second.changes(since: first.serial) == places)
        }
    }

    @Test func `of a server that was away nothing is known`() async throws {
        try await XvfbFixture.with { xvfb in
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            let first = try #require(try await grabber.frame(newerThan: nil))
            xvfb.kill()
            try await xvfb.restart()
            let second = try #require(try await grabber.frame(newerThan: first.serial))
            #expect(second.serial > first.serial)
            #expect(second.changes(since: first.serial) == nil)
        }
    }

    @Test func `those who come for the same moment share a frame, whatever is drawn meanwhile`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            let moment = ContinuousClock.now
            let first = try #require(try await grabber.frame(newerThan: nil, notBefore: moment))
            try await painter.fill(ScreenRegion(x: 1, y: 1, width: 50, height: 50), 0xff)
            #expect(try await grabber.frame(newerThan: 0, notBefore: moment) === first)
            #expect(try await grabber.frame(newerThan: first.serial, notBefore: moment) == nil)
            let later = try await grabber.frame(newerThan: first.serial, notBefore: .now)
            #expect(later != nil && later !== first)
        }
    }
}
