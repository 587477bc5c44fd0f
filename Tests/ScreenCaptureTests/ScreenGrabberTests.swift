import AgentCore
import AgentTestSupport
import Glibc
import ScreenCapture
import Testing
import XDisplay

@Suite(.enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"), .serialized)
struct ScreenGrabberTests {
    private func pixel(_ frame: PixelFrame, _ x: Int, _ y: Int) -> UInt32 {
        frame.withPixels { $0.loadUnaligned(fromByteOffset: y * frame.bytesPerRow + x * 4, as: UInt32.self) & 0xffffff }
    }

    private func frame(of grabber: ScreenGrabber) async throws -> PixelFrame {
        try #require(try await grabber.frame(newerThan: nil))
    }

    @Test func `a grab shows what was drawn`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let region = ScreenRegion(x: 100, y: 50, width: 64, height: 64)
            try await painter.hidePointer()
            try await painter.fillWithPattern(region)
            let frame = try await frame(of: ScreenGrabber(displayName: xvfb.displayName))
            #expect(frame.width == 800 && frame.height == 600)
            for y in region.y..<(region.y + region.height) {
                for x in region.x..<(region.x + region.width) {
                    #expect(pixel(frame, x, y) == Painter.pattern(x, y))
                }
            }
            #expect(pixel(frame, 99, 50) == 0)
        }
    }

    @Test func `nothing new while nothing changes, one frame for all`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            let first = try await frame(of: grabber)
            #expect(try await grabber.frame(newerThan: first.serial) == nil)
            #expect(try await frame(of: grabber) === first)
            try await painter.fill(ScreenRegion(x: 3, y: 4, width: 1, height: 1), 0x123456)
            let second = try #require(try await grabber.frame(newerThan: first.serial))
            #expect(second.serial > first.serial)
            #expect(pixel(second, 3, 4) == 0x123456)
            #expect(pixel(first, 3, 4) == 0)
            #expect(try await grabber.frame(newerThan: second.serial) == nil)
        }
    }

    @Test func `the pointer is drawn, and moving or changing it is news`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            try await painter.setSquarePointer(red: 0xffff, green: 0x8080, blue: 0)
            try await painter.movePointer(to: ScreenPoint(x: 200, y: 100))
            let first = try await frame(of: grabber)
            #expect(pixel(first, 200, 100) == 0xff8000 && pixel(first, 215, 115) == 0xff8000)
            #expect(pixel(first, 199, 100) == 0 && pixel(first, 216, 115) == 0)
            try await painter.movePointer(to: ScreenPoint(x: 790, y: 595))
            let second = try #require(try await grabber.frame(newerThan: first.serial))
            #expect(pixel(second, 799, 599) == 0xff8000 && pixel(second, 200, 100) == 0)
            try await painter.setSquarePointer(red: 0, green: 0, blue: 0xffff)
            let third = try #require(try await grabber.frame(newerThan: second.serial))
            #expect(pixel(third, 795, 597) == 0x0000ff)
        }
    }

    @Test func `without a server it is unavailable, and recovers at the new size`() async throws {
        try await XvfbFixture.with { xvfb in
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            let first = try await frame(of: grabber)
            for round in 1...5 {
                xvfb.kill()
                let failure = await #expect(throws: AgentError.self) { try await grabber.frame(newerThan: nil) }
                #expect(failure?.code == .unavailable)
                try await xvfb.restart(screen: "\(640 + round)x400x24")
                let frame = try #require(try await grabber.frame(newerThan: first.serial))
                #expect(frame.width == 640 + round && frame.serial > first.serial)
            }
            #expect(pixel(first, 799, 599) == 0)
            #expect(sharedSegments() <= 2)
        }
    }

    @Test func `no segment outlives its connection, and none can be found by others`() async throws {
        try await XvfbFixture.with { xvfb in
            let grabber = try ScreenGrabber(displayName: xvfb.displayName)
            _ = try await frame(of: grabber)
            #expect(sharedSegments() == sharedSegmentsMarkedForRemoval())
        }
        #expect(await eventually { sharedSegments() == 0 })
    }

    @Test(.enabled(if: XorgFixture.isInstalled, "Xorg or xrandr is not installed, or the user is not root"))
    func `a screen that changes its size is followed`() async throws {
        try await XorgFixture.with { xorg in
            let grabber = try ScreenGrabber(displayName: xorg.displayName)
            #expect(try await frame(of: grabber).width == 1024)
            for (size, width) in [("800x600", 800), ("1024x768", 1024), ("640x480", 640)] {
                let xrandr = try xorg.resize(to: size)
                defer { xrandr.end() }
                let hasFollowed = try await eventually { try await frame(of: grabber).width == width }
                #expect(hasFollowed)
                #expect(try await grabber.screenSize().width == width)
            }
        }
    }

    @Test func `a depth that is not read is told`() async throws {
        try await XvfbFixture.with(screen: "640x480x16") { xvfb in
            let failure = await #expect(throws: AgentError.self) {
                try await ScreenGrabber(displayName: xvfb.displayName).frame(newerThan: nil)
            }
            #expect(failure?.message.contains("depth 24") == true)
        }
    }
}

/// The segments this process has made (`man 5 proc_sysvipc_shm`).
private func sharedSegments() -> Int { segmentLines { _ in true } }

/// Of those the ones that vanish with their last user: mode bit SHM_DEST, octal 1000.
private func sharedSegmentsMarkedForRemoval() -> Int {
    segmentLines { fields in fields.count > 2 && (Int(fields[2], radix: 8) ?? 0) & 0o1000 != 0 }
}

private func segmentLines(where matches: ([Substring]) -> Bool) -> Int {
    guard let file = fopen("/proc/sysvipc/shm", "r") else { return -1 }
    defer { fclose(file) }
    var count = 0
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, 512, file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let fields = text.split(separator: " ")
        if fields.count > 4, fields[4] == "\(getpid())", matches(fields) { count += 1 }
    }
    return count
}
