import AgentCore
import AgentTestSupport
import ScreenCapture
import Testing
import XDisplay

@Suite(.enabled(if: ChildProcess.isInstalled("python3"), "python3, which decodes, is not installed"))
struct PNGEncoderTests {
    /// Padding behind each row, so that a mistaken row length shows.
    private func frame(width: Int, height: Int, pixel: (Int, Int) -> UInt32) -> PixelFrame {
        let bytesPerRow = width * 4 + 12
        var pixels = [UInt8](repeating: 0xaa, count: bytesPerRow * height)
        for y in 0..<height {
            for x in 0..<width {
                for byte in 0..<3 {
                    pixels[y * bytesPerRow + x * 4 + byte] = UInt8(truncatingIfNeeded: pixel(x, y) >> (byte * 8))
                }
            }
        }
        return PixelFrame(
            width: width, height: height, bytesPerRow: bytesPerRow, serial: 1, capturedAt: .now, pixels: pixels)
    }

    @Test(arguments: [(1, 1), (2, 3), (3, 1), (4, 2), (5, 5), (6, 2), (7, 3), (333, 400)])
    func `pixels survive at every width`(width: Int, height: Int) async throws {
        let frame = frame(width: width, height: height, pixel: Painter.pattern)
        let picture = try await DecodedPNG(PNGEncoder.encode(frame))
        #expect(picture.width == width && picture.height == height)
        for y in 0..<height {
            for x in 0..<width { #expect(picture.pixel(x, y) == Painter.pattern(x, y)) }
        }
    }

    @Test func `a large picture that does not compress survives`() async throws {
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<(1000 * 700)).map { _ in generator.next() & 0xff_ffff as UInt64 }.map(UInt32.init)
        let frame = frame(width: 1000, height: 700) { noise[$1 * 1000 + $0] }
        let picture = try await DecodedPNG(PNGEncoder.encode(frame))
        let expected = noise.flatMap { [UInt8($0 >> 16), UInt8($0 >> 8 & 0xff), UInt8($0 & 0xff)] }
        #expect(picture.rgb == expected)
    }

    @Test func `a region is cut out exactly`() async throws {
        let frame = frame(width: 50, height: 40, pixel: Painter.pattern)
        let region = ScreenRegion(x: 43, y: 30, width: 7, height: 10)
        let picture = try await DecodedPNG(PNGEncoder.encode(frame, region: region))
        #expect(picture.width == 7 && picture.height == 10)
        for y in 0..<10 {
            for x in 0..<7 { #expect(picture.pixel(x, y) == Painter.pattern(43 + x, 30 + y)) }
        }
    }

    @Test(
        arguments: [
            (-1, 0, 5, 5, "region.x is -1; it must be 0 or more"),
            (0, -2, 5, 5, "region.y is -2; it must be 0 or more"),
            (0, 0, 0, 5, "region.width is 0; it must be 1 or more"),
            (0, 0, 5, -5, "region.height is -5; it must be 1 or more"),
            (
                46, 0, 5, 5,
                "the region leaves the screen, which is 50 by 40: region.x + region.width must be at most 50"
            ),
            (
                0, 36, 5, 5,
                "the region leaves the screen, which is 50 by 40: region.y + region.height must be at most 40"
            ),
            (
                1, 0, .max, 5,
                "the region leaves the screen, which is 50 by 40: region.x + region.width must be at most 50"
            ),
        ] as [(Int, Int, Int, Int, String)])
    func `a region off the frame is refused by field`(
        x: Int, y: Int, width: Int, height: Int, message: String
    ) async throws {
        let frame = frame(width: 50, height: 40) { _, _ in 0 }
        #expect(throws: AgentError.invalidArgument(message)) {
            try PNGEncoder.encode(frame, region: ScreenRegion(x: x, y: y, width: width, height: height))
        }
    }
}

@Suite(.enabled(if: XvfbFixture.isInstalled, "Xvfb is not installed"))
struct ScreenshotterTests {
    @Test func `a screenshot shows the screen and the pointer`() async throws {
        try await XvfbFixture.with { xvfb in
            let painter = try await Painter(displayName: xvfb.displayName)
            try await painter.setSquarePointer(red: 0, green: 0xffff, blue: 0)
            try await painter.movePointer(to: ScreenPoint(x: 20, y: 20))
            try await painter.fill(ScreenRegion(x: 100, y: 100, width: 10, height: 10), 0xabcdef)
            let shots = Screenshotter(frames: ScreenGrabber(displayName: xvfb.displayName))
            let picture = try await DecodedPNG(shots.png())
            #expect(picture.width == 800 && picture.height == 600)
            #expect(picture.pixel(20, 20) == 0x00ff00 && picture.pixel(109, 109) == 0xabcdef)
            let part = try await DecodedPNG(shots.png(of: ScreenRegion(x: 105, y: 105, width: 20, height: 10)))
            #expect(part.width == 20 && part.pixel(0, 0) == 0xabcdef && part.pixel(5, 0) == 0)
        }
    }

    @Test func `many at once all succeed`() async throws {
        try await XvfbFixture.with { xvfb in
            let shots = Screenshotter(frames: ScreenGrabber(displayName: xvfb.displayName))
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await shots.png().count } }
                for try await size in group { #expect(size > 100) }
            }
        }
    }
}
