import AgentCore
import AgentTestSupport
import ScreenCapture
import Testing
import XDisplay

@Suite("PNG pictures", .enabled(if: ChildProcess.isInstalled("python3"), "python3, which decodes, is not installed"))
struct PNGTests {
    private func png(_ frame: PixelFrame, region: ScreenRegion? = nil) async throws -> DecodedPNG {
        try await DecodedPNG(PictureEncoder().encode(frame, as: PictureOptions(region: region)))
    }

    @Test(arguments: [(1, 1), (2, 3), (3, 1), (4, 2), (5, 5), (6, 2), (7, 3), (333, 400), (16, 1), (33, 2)])
    func `pixels survive at every width`(width: Int, height: Int) async throws {
        let picture = try await png(.synthetic(width: width, height: height, pixel: Painter.pattern))
        #expect(picture.width == width && picture.height == height)
        for y in 0..<height {
            for x in 0..<width { #expect(picture.pixel(x, y) == Painter.pattern(x, y)) }
        }
    }

    /// Large enough for two strips, with rows of both kinds next to each other.
    @Test func `a large picture of letters and photographs survives`() async throws {
        var generator = SystemRandomNumberGenerator()
        var pixels: [UInt32] = []
        for index in 0..<(1000 * 701) {
            let letter: UInt32 = index % 1000 / 7 % 2 == 0 ? 0 : 0xff_ffff
            let photograph = UInt32(truncatingIfNeeded: generator.next() & 0xff_ffff)
            pixels.append(index / 1000 % 3 == 0 ? letter : photograph)
        }
        let picture = try await png(.synthetic(width: 1000, height: 701) { pixels[$1 * 1000 + $0] })
        var expected: [UInt8] = []
        for pixel in pixels { expected += [UInt8(pixel >> 16), UInt8(pixel >> 8 & 0xff), UInt8(pixel & 0xff)] }
        #expect(picture.rgb == expected)
    }

    @Test func `a region is cut out exactly`() async throws {
        let region = ScreenRegion(x: 43, y: 30, width: 7, height: 10)
        let picture = try await png(.synthetic(width: 50, height: 40, pixel: Painter.pattern), region: region)
        #expect(picture.width == 7 && picture.height == 10)
        for y in 0..<10 {
            for x in 0..<7 { #expect(picture.pixel(x, y) == Painter.pattern(43 + x, 30 + y)) }
        }
    }

    @Test func `made smaller, each pixel is the mean of what it covers`() async throws {
        let frame = PixelFrame.synthetic(width: 6, height: 4) { x, y in x < 3 ? UInt32(x + y * 10) * 4 : 0xff00ff }
        let options = try PictureOptions(scale: 0.5)
        let picture = try await DecodedPNG(PictureEncoder().encode(frame, as: options))
        #expect(picture.width == 3 && picture.height == 2)
        #expect(picture.pixel(0, 0) == (0 + 4 + 40 + 44) / 4)
        #expect(picture.pixel(0, 1) == (80 + 84 + 120 + 124) / 4)
        #expect(picture.pixel(2, 1) == 0xff00ff)
    }

    @Test(arguments: [(0.001, 1, 1), (0.3, 240, 150), (0.5, 400, 251), (0.999, 799, 500), (1, 800, 501)])
    func `the size is rounded to the nearest pixel`(scale: Double, width: Int, height: Int) async throws {
        let frame = PixelFrame.synthetic(width: 800, height: 501) { _, _ in 0x2468ac }
        let options = try PictureOptions(scale: scale)
        let picture = try await DecodedPNG(PictureEncoder().encode(frame, as: options))
        #expect(picture.width == width && picture.height == height)
        for (x, y) in [(0, 0), (width - 1, 0), (0, height - 1), (width / 2, height / 2), (width - 1, height - 1)] {
            #expect(picture.pixel(x, y) == 0x2468ac)
        }
    }

    @Test func `a line one pixel wide does not vanish`() async throws {
        let frame = PixelFrame.synthetic(width: 100, height: 30) { x, _ in x == 50 ? 0 : 0xffffff }
        let picture = try await DecodedPNG(PictureEncoder().encode(frame, as: PictureOptions(scale: 0.37)))
        #expect(picture.pixel(18, 5) & 0xff < 180)
        #expect(picture.pixel(16, 5) == 0xffffff && picture.pixel(20, 5) == 0xffffff)
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
        let frame = PixelFrame.synthetic(width: 50, height: 40) { _, _ in 0 }
        let options = try PictureOptions(region: ScreenRegion(x: x, y: y, width: width, height: height))
        await #expect(throws: AgentError.invalidArgument(message)) {
            try await PictureEncoder().encode(frame, as: options)
        }
    }

    @Test(arguments: [0, -1, 101])
    func `a quality out of range is refused`(quality: Int) {
        #expect(throws: AgentError.invalidArgument("field quality must be from 1 to 100, not \(quality)")) {
            try PictureOptions(format: .jpeg, quality: quality)
        }
    }

    @Test(arguments: [0, -0.5, 1.01, .nan, .infinity])
    func `a scale out of range is refused`(scale: Double) {
        #expect(throws: AgentError.self) { try PictureOptions(scale: scale) }
    }
}

@Suite("JPEG pictures", .enabled(if: ChildProcess.isInstalled("ffmpeg"), "ffmpeg, which decodes, is not installed"))
struct JPEGTests {
    /// Smooth, so that what is lost is little and a row in the wrong place shows.
    private func smooth(_ x: Int, _ y: Int) -> UInt32 {
        UInt32(x * 255 / 1000) << 16 | UInt32(y * 255 / 1000) << 8 | UInt32((x + y) * 255 / 2000)
    }

    /// Sizes with one strip and with two, and with rows of blocks that are full and that are not.
    @Test(arguments: [(1, 1), (17, 9), (200, 100), (640, 512), (801, 603), (1000, 1000)], [1, 50, 80, 90, 100])
    func `a decoder sees the picture`(size: (Int, Int), quality: Int) async throws {
        let (width, height) = size
        let frame = PixelFrame.synthetic(width: width, height: height, pixel: smooth)
        let options = try PictureOptions(format: .jpeg, quality: quality)
        let rgb = try await decodedJPEG(PictureEncoder().encode(frame, as: options), width: width, height: height)
        let tolerance = quality < 50 ? 60 : 12
        for (x, y) in [(0, 0), (width - 1, 0), (width / 2, height / 2), (0, height - 1), (width - 1, height - 1)] {
            for channel in 0..<3 {
                let expected = Int(smooth(x, y) >> UInt32(16 - 8 * channel) & 0xff)
                #expect(abs(Int(rgb[(y * width + x) * 3 + channel]) - expected) <= tolerance)
            }
        }
    }

    @Test func `colours keep their resolution from quality 90 on`() async throws {
        let frame = PixelFrame.synthetic(width: 64, height: 64) { x, _ in x % 2 == 0 ? 0xff0000 : 0x0000ff }
        let (blurred, sharp) = try (
            PictureOptions(format: .jpeg, quality: 89), PictureOptions(format: .jpeg, quality: 90)
        )
        let low = try await decodedJPEG(PictureEncoder().encode(frame, as: blurred), width: 64, height: 64)
        let high = try await decodedJPEG(PictureEncoder().encode(frame, as: sharp), width: 64, height: 64)
        #expect(abs(Int(low[0]) - Int(low[3])) < 100)
        #expect(abs(Int(high[0]) - Int(high[3])) > 200)
    }
}
