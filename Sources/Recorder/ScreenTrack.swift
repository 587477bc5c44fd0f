import AgentCore
import CLibAV
import ScreenCapture

/// The way from pictures of the screen into a fragmented MP4: convert, compress, write, each frame with its exact
/// time.
///
/// Stays on the thread of its session.
final class ScreenTrack {
    /// Players can seek to at least one frame in this many ticks.
    private static let keyFrameInterval = 10 * VideoTime.ticksPerSecond

    private let start: ContinuousClock.Instant
    private let frameDuration: Int64
    private let converter: PixelConverter
    private let encoder: H264Encoder
    private let writer: FragmentedMP4Writer
    private let sound: SoundTrack?
    private var lastTime: Int64 = -1
    private var nextKeyFrame: Int64 = 0
    /// What has been encoded so far.
    private(set) var extent = MediaExtent()

    /// Makes the file and puts the first frame into it.
    ///
    /// - Parameters:
    ///   - start: time zero of the video.
    ///   - sound: what is heard, if that is recorded too.
    init(
        _ av: ga_libav_functions, path: String, first frame: PixelFrame, at start: ContinuousClock.Instant,
        frameRate: Int, sound: SoundQueue? = nil
    ) throws {
        let size = VideoSize(width: frame.width, height: frame.height)
        self.start = start
        frameDuration = VideoTime.ticksPerSecond / Int64(frameRate)
        converter = try PixelConverter(av, size: size)
        encoder = try H264Encoder(av, size: size.padded, frameRate: frameRate)
        self.sound = try sound.map { try SoundTrack(av, from: $0, start: start) }
        writer = try FragmentedMP4Writer(av, path: path, video: encoder, sound: self.sound?.encoder)
        try append(frame, at: start)
        // Whoever fetches the file from now on has a picture.
        try writer.endFragment()
    }

    /// The size of the file up to the last whole fragment, in bytes.
    var bytesWritten: Int64 { writer.bytesWritten }

    /// Adds a picture of the screen as of `instant`.
    func append(_ frame: PixelFrame, at instant: ContinuousClock.Instant) throws {
        try converter.convert(frame)
        try repeatLast(at: instant)
    }

    /// Shows the last picture on.
    func repeatLast(at instant: ContinuousClock.Instant) throws {
        // How long a picture is shown, the next one tells; the file is never made shorter than a packet claims. Only
        // the first one is on disk before there is another.
        try encode(at: ticks(instant), for: lastTime < 0 ? frameDuration : 1)
    }

    /// Ends the file.
    ///
    /// - Parameter instant: the end of the video: the last picture is shown until then. `nil` ends it with the last
    ///   frame there is.
    func finish(at instant: ContinuousClock.Instant?) throws {
        if let instant {
            let end = ticks(instant)
            let time = max(lastTime + 1, end - frameDuration)
            try encode(at: time, for: max(1, end - time))
        }
        try encoder.flush(write: write)
        try writeSound(before: extent.end)
        try writer.finish()
    }

    private func ticks(_ instant: ContinuousClock.Instant) -> Int64 { VideoTime.ticks(instant - start) }

    private func encode(at time: Int64, for duration: Int64) throws {
        let time = max(time, lastTime + 1)
        let isKeyFrame = time >= nextKeyFrame
        if isKeyFrame { nextKeyFrame = time + Self.keyFrameInterval }
        lastTime = time
        extent.end = time + duration
        try encoder.encode(converter.picture, at: time, for: duration, isKeyFrame: isKeyFrame, write: write)
    }

    private func write(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        extent.add(pictureOf: Int64(packet.pointee.size))
        try writer.write(packet)
        try writeSound()
    }

    private func writeSound(before end: Int64 = .max) throws {
        for packet in try sound?.packets(before: end) ?? [] {
            extent.add(soundOf: Int64(packet.bytes.count))
            try writer.write(packet)
        }
    }
}
