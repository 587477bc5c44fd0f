import NIOCore
import Testing

@testable import DevToolsProxy

@Suite("FrameBoundary")
struct FrameBoundaryTests {
    /// Frames of every length encoding, unmasked and masked, with an empty one between.
    private static let frames: [[UInt8]] = [
        [0x81, 0x00],
        [0x81, 0x05] + [UInt8](repeating: 0x88, count: 5),
        [0x82, 0x7E, 0x01, 0x00] + [UInt8](repeating: 0x88, count: 256),
        [0x02, 0x7F, 0, 0, 0, 0, 0, 1, 0, 1] + [UInt8](repeating: 0x88, count: 65537),
        [0x81, 0x83, 1, 2, 3, 4, 0x88, 0x88, 0x88],
        [0x82, 0xFE, 0x00, 0x7E, 1, 2, 3, 4] + [UInt8](repeating: 0x88, count: 126),
        [0x8A, 0x80, 1, 2, 3, 4],
    ]

    @Test("the end of a frame is found however the stream is cut", arguments: [1, 2, 3, 7, 100, 100_000])
    func boundaries(chunk: Int) {
        var boundary = FrameBoundary()
        for frame in Self.frames {
            #expect(boundary.isBetweenFrames)
            for start in stride(from: 0, to: frame.count, by: chunk) {
                if start > 0 { #expect(!boundary.isBetweenFrames) }
                let piece = frame[start..<min(start + chunk, frame.count)]
                Array(piece).withUnsafeBytes { boundary.advance(over: $0) }
            }
        }
        #expect(boundary.isBetweenFrames)
        #expect(!boundary.hasSeenClose)
    }

    @Test("several frames in one piece")
    func joined() {
        var boundary = FrameBoundary()
        Array(Self.frames.flatMap(\.self) + [0x88, 0x02, 0x03]).withUnsafeBytes { boundary.advance(over: $0) }
        #expect(!boundary.isBetweenFrames)
        #expect(boundary.hasSeenClose)
    }

    @Test("a length no memory could hold is only counted down")
    func hugeLength() {
        var boundary = FrameBoundary()
        let head: [UInt8] = [0x82, 0x7F] + [UInt8](repeating: 0xFF, count: 8) + [1, 2, 3]
        Array(head).withUnsafeBytes { boundary.advance(over: $0) }
        #expect(!boundary.isBetweenFrames)
    }
}
