import AgentCore
import CLibAV
import ScreenCapture

/// The way from pictures of the screen into a fragmented MP4: have them compressed, and write what becomes of them, each
/// at its exact time.
///
/// Stays on the thread of its session.
final class ScreenTrack {
    private let av: ga_libav_functions
    private let membership: EncoderMembership
    private let writer: FragmentedMP4Writer
    private let packet: Owned<AVPacket>
    /// Time zero of the video on the encoder's clock.
    private let start: Int64
    private let frameDuration: Int64
    private let sound: SoundTrack?
    private var lastTime: Int64 = -1
    /// When a picture was written last.
    private(set) var lastWrite: ContinuousClock.Instant
    /// What has been written so far.
    private(set) var extent = MediaExtent()

    /// Makes the file and puts the first frame into it.
    ///
    /// - Parameters:
    ///   - encoder: that of the format.
    ///   - start: time zero of the video.
    ///   - sound: what is heard, if that is recorded too.
    init(
        _ av: ga_libav_functions, path: String, first frame: PixelFrame, at start: ContinuousClock.Instant,
        format: VideoFormat, encoder: SharedEncoder, sound: SoundQueue? = nil
    ) throws {
        self.av = av
        self.start = VideoTime.ticks(of: start)
        frameDuration = VideoTime.ticksPerSecond / Int64(format.frameRate)
        lastWrite = start
        packet = try av.makePacket()
        let soundTrack = try sound.map { try SoundTrack(av, from: $0, start: start) }
        self.sound = soundTrack
        writer = try encoder.withEncoder {
            try FragmentedMP4Writer(av, path: path, video: $0, sound: soundTrack?.encoder)
        }
        membership = try encoder.join(frame, at: start)
        try writePictures()
        // Whoever fetches the file from now on has a picture.
        try writer.endFragment()
    }

    /// The size of the file up to the last whole fragment, in bytes.
    var bytesWritten: Int64 { writer.bytesWritten }

    /// Adds a picture of the screen.
    func append(_ frame: PixelFrame) throws {
        try membership.encoder.append(frame)
        try writePictures()
    }

    /// Shows the last picture on.
    func repeatLast(at instant: ContinuousClock.Instant) throws {
        try membership.encoder.repeatLast(at: instant)
        try writePictures()
    }

    /// Writes what other recordings have brought.
    func writePictures() throws {
        for picture in try membership.takePictures() {
            // How long a picture is shown, the next one tells; the file is never made shorter than a packet claims.
            try write(picture, at: lastTime < 0 ? 0 : picture.time - start, for: 1)
        }
    }

    /// Ends the file.
    ///
    /// - Parameter instant: the end of the video: the last picture is shown until then. `nil` ends it with the last
    ///   frame there is.
    func finish(at instant: ContinuousClock.Instant?) throws {
        if let instant { try showLast(until: VideoTime.ticks(of: instant) - start) }
        try writeSound(before: extent.end)
        try writer.finish()
    }

    private func showLast(until end: Int64) throws {
        try membership.encoder.repeatLast(at: VideoTime.instant(of: start + end - frameDuration))
        // Recordings with the same encoder may be past this one's end.
        let pictures = try membership.takePictures()
        let count = min(pictures.count, 1 + (pictures.firstIndex { $0.time - start >= end - 1 } ?? pictures.count))
        for (index, picture) in pictures.prefix(count).enumerated() {
            let time = max(lastTime + 1, min(picture.time - start, end - 1))
            try write(picture, at: time, for: index == count - 1 ? max(1, end - time) : 1)
        }
    }

    private func write(_ picture: EncodedPicture, at time: Int64, for duration: Int64) throws {
        let packet = packet.pointer
        try av.check(av.av_packet_ref(packet, picture.packet), "write the recording")
        defer { av.av_packet_unref(packet) }
        lastTime = max(lastTime + 1, time)
        (packet.pointee.pts, packet.pointee.dts, packet.pointee.duration) = (lastTime, lastTime, duration)
        extent.end = lastTime + duration
        extent.add(pictureOf: Int64(packet.pointee.size))
        lastWrite = max(lastWrite, VideoTime.instant(of: start + lastTime))
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
