import AgentCore
import CLibAV
import Testing
import XDisplay

@testable import Recorder
@testable import ScreenCapture

@Suite struct DirtyTilesTests {
    @Test func `what is dirty is covered, and nothing twice`() {
        var tiles = DirtyTiles(size: VideoSize(width: 333, height: 121))
        let regions = [
            ScreenRegion(x: -10, y: -10, width: 15, height: 15), ScreenRegion(x: 100, y: 40, width: 1, height: 60),
            ScreenRegion(x: 90, y: 41, width: 100, height: 3), ScreenRegion(x: 320, y: 119, width: 50, height: 50),
            ScreenRegion(x: 500, y: 10, width: 5, height: 5),
        ]
        for region in regions { tiles.mark(region) }
        var counts = Array(repeating: Array(repeating: 0, count: 333), count: 121)
        tiles.clean { part in
            #expect(part.x % 2 == 0 && part.y % 2 == 0)
            for y in part.y..<(part.y + part.height) {
                for x in part.x..<(part.x + part.width) { counts[y][x] += 1 }
            }
        }
        #expect(counts.allSatisfy { $0.allSatisfy { $0 <= 1 } })
        for (x, y) in [(0, 0), (4, 4), (100, 40), (100, 99), (189, 43), (332, 120)] { #expect(counts[y][x] == 1) }
        #expect(counts.joined().reduce(0, +) < 333 * 121 / 2)
        tiles.clean { _ in Issue.record("there is nothing left to clean") }
    }
}

@Suite struct PixelConverterTests {
    @Test(arguments: [(64, 32), (131, 47), (1, 1), (2, 3), (65, 16)])
    func `colours are those of BT.709 in limited range`(width: Int, height: Int) throws {
        let screen = NoisyScreen(width: width, height: height)
        let converter = try PixelConverter(LibAV.load(), video: screen.size)
        try converter.convert(screen.frame(serial: 1))
        for y in 0..<height {
            for x in 0..<width {
                let (r, g, b) = screen.color(x, y)
                let luma = 16 + 219 * (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255
                #expect(abs(converter.picture.sample(0, x, y) - luma) <= 1, "at \(x), \(y)")
            }
        }
        for y in 0..<(height + 1) / 2 {
            for x in 0..<(width + 1) / 2 {
                let (r, g, b) = screen.meanColor(x, y)
                let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
                #expect(abs(converter.picture.sample(1, x, y) - (128 + 224 * (b - luma) / 1.8556 / 255)) <= 1)
                #expect(abs(converter.picture.sample(2, x, y) - (128 + 224 * (r - luma) / 1.5748 / 255)) <= 1)
            }
        }
    }

    @Test func `what lies beside an odd size repeats it`() throws {
        let screen = NoisyScreen(width: 33, height: 17)
        let converter = try PixelConverter(LibAV.load(), video: screen.size)
        try converter.convert(screen.frame(serial: 1))
        for y in 0..<17 { #expect(converter.picture.sample(0, 33, y) == converter.picture.sample(0, 32, y)) }
        for x in 0..<34 { #expect(converter.picture.sample(0, x, 17) == converter.picture.sample(0, x, 16)) }
    }

    /// Against the conversion of the whole, over many changes in random places.
    @Test func `converting what has changed comes to the same as converting all`() throws {
        var screen = NoisyScreen(width: 201, height: 103)
        let partial = try PixelConverter(LibAV.load(), video: screen.size)
        var history = DamageHistory(startingAt: 1)
        try partial.convert(screen.frame(serial: 1, history: history))
        for serial in UInt64(2)...24 {
            history.add([screen.change()], serial: serial)
            // Now and then changes come together.
            guard serial % 3 != 0 else { continue }
            try partial.convert(screen.frame(serial: serial, history: history))
            let whole = try PixelConverter(LibAV.load(), video: screen.size)
            try whole.convert(screen.frame(serial: serial))
            #expect(partial.picture.isEqual(to: whole.picture))
        }
    }

    @Test func `only what has changed is looked at`() throws {
        var screen = NoisyScreen(width: 192, height: 128)
        let converter = try PixelConverter(LibAV.load(), video: screen.size)
        try converter.convert(screen.frame(serial: 1, history: DamageHistory(startingAt: 1)))
        let before = converter.picture.sample(0, 180, 120)
        screen.change(in: ScreenRegion(x: 0, y: 0, width: 192, height: 128))
        var history = DamageHistory(startingAt: 1)
        history.add([ScreenRegion(x: 10, y: 10, width: 5, height: 5)], serial: 2)
        try converter.convert(screen.frame(serial: 2, history: history))
        #expect(converter.picture.sample(0, 180, 120) == before)
    }
}

/// Pixels of random colours.
private struct NoisyScreen {
    let size: VideoSize
    private var pixels: [UInt8]
    private var generator = SystemRandomNumberGenerator()

    init(width: Int, height: Int) {
        size = VideoSize(width: width, height: height)
        pixels = (0..<width * height * 4).map { _ in .random(in: 0...255) }
    }

    func frame(serial: UInt64, history: DamageHistory? = nil) -> PixelFrame {
        let owner = PixelOwner(pixels)
        return PixelFrame(
            origin: ScreenPoint(x: 0, y: 0), width: size.width, height: size.height, bytesPerRow: size.width * 4,
            serial: serial, capturedAt: .now, history: history, pixels: UnsafeRawBufferPointer(owner.memory),
            owner: owner)
    }

    func color(_ x: Int, _ y: Int) -> (red: Double, green: Double, blue: Double) {
        let start = (min(y, size.height - 1) * size.width + min(x, size.width - 1)) * 4
        return (Double(pixels[start + 2]), Double(pixels[start + 1]), Double(pixels[start]))
    }

    /// Of the two by two pixels that share a sample of colour.
    func meanColor(_ x: Int, _ y: Int) -> (red: Double, green: Double, blue: Double) {
        let colors = [(0, 0), (1, 0), (0, 1), (1, 1)].map { color(2 * x + $0.0, 2 * y + $0.1) }
        return (
            colors.reduce(0) { $0 + $1.red } / 4, colors.reduce(0) { $0 + $1.green } / 4,
            colors.reduce(0) { $0 + $1.blue } / 4
        )
    }

    /// Changes a random part, and returns where.
    mutating func change() -> ScreenRegion {
        let (x, y) = (Int.random(in: 0..<size.width), Int.random(in: 0..<size.height))
        let region = ScreenRegion(
            x: x, y: y, width: .random(in: 1...size.width - x), height: .random(in: 1...size.height - y))
        change(in: region)
        return region
    }

    mutating func change(in region: ScreenRegion) {
        for row in region.y..<(region.y + region.height) {
            for index in (row * size.width + region.x) * 4..<(row * size.width + region.x + region.width) * 4 {
                pixels[index] ^= 0x5a
            }
        }
    }
}

/// SAFETY: written in the initialiser only.
private final class PixelOwner: @unchecked Sendable {
    let memory: UnsafeMutableRawBufferPointer

    init(_ pixels: [UInt8]) {
        memory = .allocate(byteCount: pixels.count, alignment: 16)
        memory.copyBytes(from: pixels)
    }

    deinit { memory.deallocate() }
}

extension YUVPicture {
    func sample(_ plane: Int, _ x: Int, _ y: Int) -> Double {
        Double(planes[plane].start[y * planes[plane].stride + x])
    }

    /// In all pixels that a video shows.
    func isEqual(to other: YUVPicture) -> Bool {
        let width = Int(frame.pointee.width)
        return zip(planes, other.planes).enumerated().allSatisfy { index, pair in
            (0..<pair.0.rows).allSatisfy { row in
                let (left, right) = (pair.0.start + row * pair.0.stride, pair.1.start + row * pair.1.stride)
                return (0..<(index == 0 ? width : width / 2)).allSatisfy { left[$0] == right[$0] }
            }
        }
    }
}
