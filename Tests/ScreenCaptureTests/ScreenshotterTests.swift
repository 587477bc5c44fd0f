import AgentCore
import AgentTestSupport
import ScreenCapture
import Testing
import XDisplay

@Suite(.enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"), .serialized)
struct ScreenshotterTests {
    private func bytes(_ screenshot: Screenshot) throws -> [UInt8] { try #require(screenshot.bytes) }

    @Test func `a screenshot shows the screen, and the pointer if wanted`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            try await painter.setSquarePointer(red: 0, green: 0xffff, blue: 0)
            try await painter.movePointer(to: ScreenPoint(x: 20, y: 20))
            try await painter.fill(ScreenRegion(x: 100, y: 100, width: 10, height: 10), 0xabcdef)
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            let picture = try await DecodedPNG(bytes(shots.take(PictureOptions())))
            #expect(picture.width == 800 && picture.height == 600)
            #expect(picture.pixel(20, 20) == 0x00ff00 && picture.pixel(109, 109) == 0xabcdef)
            let region = ScreenRegion(x: 105, y: 105, width: 20, height: 10)
            let part = try await DecodedPNG(bytes(shots.take(PictureOptions(region: region))))
            #expect(part.width == 20 && part.pixel(0, 0) == 0xabcdef && part.pixel(5, 0) == 0)
            let bare = try await DecodedPNG(bytes(shots.take(PictureOptions(showsPointer: false))))
            #expect(bare.pixel(20, 20) == 0 && bare.pixel(109, 109) == 0xabcdef)
        }
    }

    /// Small parts are read from the screen by themselves, large ones are cut out of the whole.
    @Test(arguments: [(100, 80), (500, 400)])
    func `a part shows its pixels and its share of the pointer`(width: Int, height: Int) async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            try await painter.fillWithPattern(ScreenRegion(x: 290, y: 190, width: 110, height: 80))
            try await painter.setSquarePointer(red: 0, green: 0xffff, blue: 0)
            try await painter.movePointer(to: ScreenPoint(x: 290, y: 190))
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            let region = ScreenRegion(x: 300, y: 200, width: width, height: height)
            let part = try await DecodedPNG(bytes(shots.take(PictureOptions(region: region))))
            #expect(part.width == width && part.height == height)
            #expect(part.pixel(0, 0) == 0x00ff00 && part.pixel(5, 5) == 0x00ff00)
            for (x, y) in [(6, 6), (0, 6), (99, 0), (50, 60)] {
                #expect(part.pixel(x, y) == Painter.pattern(300 + x, 200 + y))
            }
        }
    }

    @Test func `a hidden pointer is not shown`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            try await painter.setSquarePointer(red: 0xffff, green: 0, blue: 0)
            try await painter.movePointer(to: ScreenPoint(x: 20, y: 20))
            let visibility = PointerVisibility()
            let shots = try Screenshotter(
                grabber: ScreenGrabber(displayName: xvfb.displayName, pointerVisibility: visibility))
            for (isHidden, color) in [(false, 0xff0000), (true, 0), (false, 0xff0000)] as [(Bool, UInt32)] {
                visibility.isHidden = isHidden
                let picture = try await DecodedPNG(bytes(shots.take(PictureOptions())))
                #expect(picture.pixel(20, 20) == color)
            }
        }
    }

    @Test func `what the caller knows is not made again until it changes`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            let options = try PictureOptions()
            let first = try await shots.take(options)
            let again = try await shots.take(options)
            #expect(again.tag == first.tag && again.bytes == first.bytes)
            #expect(try await shots.take(options) { $0 == first.tag }.bytes == nil)
            try await painter.fill(ScreenRegion(x: 1, y: 1, width: 1, height: 1), 0xffffff)
            let changed = try await shots.take(options) { $0 == first.tag }
            #expect(changed.tag != first.tag && changed.bytes != nil)
        }
    }

    @Test func `every kind of picture has a tag of its own`() async throws {
        try await XvfbFixture.with { xvfb in
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            let kinds = try [
                PictureOptions(), PictureOptions(region: ScreenRegion(x: 0, y: 0, width: 9, height: 9)),
                PictureOptions(format: .jpeg), PictureOptions(format: .jpeg, quality: 10),
                PictureOptions(scale: 0.5), PictureOptions(showsPointer: false),
            ]
            var tags: Set<String> = []
            for kind in kinds { tags.insert(try await shots.take(kind).tag) }
            #expect(tags.count == kinds.count)
            let others = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            let tag = try await others.take(PictureOptions()).tag
            #expect(!tags.contains(tag))
        }
    }

    @Test func `a picture without the pointer stays the same when the pointer moves`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            let (bare, pointed) = try (PictureOptions(showsPointer: false), PictureOptions())
            let (bareTag, pointedTag) = try await (shots.take(bare).tag, shots.take(pointed).tag)
            try await painter.movePointer(to: ScreenPoint(x: 333, y: 222))
            let (bareAfter, pointedAfter) = try await (shots.take(bare).tag, shots.take(pointed).tag)
            #expect(bareAfter == bareTag && pointedAfter != pointedTag)
        }
    }

    @Test func `many at once, of many kinds, on a screen that changes, all succeed`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            try await withThrowingTaskGroup { group in
                for index in 0..<60 {
                    group.addTask {
                        try await painter.fill(ScreenRegion(x: index, y: 0, width: 1, height: 600), 0x123456)
                        let options = try PictureOptions(
                            format: index % 3 == 0 ? .jpeg : .png, scale: index % 2 == 0 ? 1 : 0.5)
                        return try await shots.take(options).bytes?.count ?? 0
                    }
                }
                for try await size in group { #expect(size > 100) }
            }
        }
    }

    @Test func `a region off the screen is refused before any waiting`() async throws {
        try await XvfbFixture.with { xvfb in
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xvfb.displayName))
            let options = try PictureOptions(region: ScreenRegion(x: 799, y: 0, width: 2, height: 1))
            let start = ContinuousClock.now
            let failure = await #expect(throws: AgentError.self) {
                try await shots.take(options, settling: Settling(quiet: .seconds(10)))
            }
            #expect(failure?.code == .invalidArgument)
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test(.enabled(if: XorgFixture.isInstalled, "Xorg or xrandr is not installed, or the user is not root"))
    func `while the screen changes its size, pictures are whole or refused`() async throws {
        try await XorgFixture.with { xorg in
            let shots = try Screenshotter(grabber: ScreenGrabber(displayName: xorg.displayName))
            let wide = try PictureOptions(region: ScreenRegion(x: 700, y: 0, width: 100, height: 50))
            let sizes = ["800x600", "1024x768", "640x480"]
            for size in sizes + sizes {
                let xrandr = try xorg.resize(to: size)
                defer { xrandr.end() }
                let hasFollowed = try await eventually {
                    let whole = try await sizeOf(shots.take(PictureOptions()))
                    #expect(sizes.contains(whole))
                    do {
                        let part = try await sizeOf(shots.take(wide))
                        #expect(part == "100x50")
                    } catch let error as AgentError {
                        #expect(error.code == .invalidArgument)
                    }
                    return whole == size
                }
                #expect(hasFollowed)
            }
        }
    }

    /// As the header of the file has it.
    private func sizeOf(_ screenshot: Screenshot) throws -> String {
        let header = try bytes(screenshot)[16..<24].map(Int.init)
        let (width, height) = (header[2] << 8 | header[3], header[6] << 8 | header[7])
        return "\(width)x\(height)"
    }
}
