import AgentCore
import CLibAV

/// Writes an MP4 in fragments (ISO/IEC 14496-12 §8.8) of about a second: the file plays up to the last whole one,
/// however the process ends.
///
/// Stays on the thread of its session.
final class FragmentedMP4Writer {
    private static let fragmentDuration = VideoTime.ticksPerSecond

    private let av: ga_libav_functions
    private let owner: Owned<AVFormatContext>
    private var context: UnsafeMutablePointer<AVFormatContext> { owner.pointer }
    /// The size of the file up to the last whole fragment, in bytes.
    private(set) var bytesWritten: Int64 = 0
    /// The first track: whoever looks for pictures finds them there.
    private let video: UnsafeMutablePointer<AVStream>
    private let sound: UnsafeMutablePointer<AVStream>?
    private let soundPacket: Owned<AVPacket>
    /// Where the fragment begins that is being made, in ticks.
    private var fragmentStart: Int64?

    /// Makes the file, or empties the one there is, and writes its head.
    ///
    /// Throws `insufficientStorage` on a full disk, `permissionDenied`, or `internalError`.
    init(_ av: ga_libav_functions, path: String, video encoder: H264Encoder, sound: AACEncoder? = nil) throws {
        self.av = av
        owner = try av.makeMP4()
        soundPacket = try av.makePacket()
        let context = owner.pointer
        video = try av.addStream(of: encoder.context, to: context)
        self.sound = try sound.map { try av.addStream(of: $0.context, to: context) }
        try av.check(av.avio_open(&context.pointee.pb, "file:\(path)", AVIO_FLAG_WRITE), "open \(path)")
        context.pointee.flush_packets = 1
        var options = OptionDictionary(
            av,
            [
                "movflags": "frag_custom+empty_moov+default_base_moof",
                "video_track_timescale": "\(VideoTime.ticksPerSecond)",
            ])
        try av.check(av.avformat_write_header(context, &options.pointer), "write \(path)")
    }

    /// Adds a picture to the fragment, and first ends the fragment when it is time, or when decoding can begin anew.
    func write(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        let time = packet.pointee.pts
        if let fragmentStart, packet.pointee.isKeyFrame || time - fragmentStart >= Self.fragmentDuration {
            try endFragment()
        }
        fragmentStart = fragmentStart ?? time
        packet.pointee.stream_index = video.pointee.index
        av.av_packet_rescale_ts(packet, VideoTime.base, video.pointee.time_base)
        try av.check(av.av_write_frame(context, packet), "write the recording")
    }

    /// Adds sound to the fragment.
    func write(_ packet: AACEncoder.Packet) throws {
        guard let sound else { return }
        try packet.bytes.withUnsafeBufferPointer { bytes in
            let target = soundPacket.pointer
            target.pointee.data = UnsafeMutablePointer(mutating: bytes.baseAddress)
            target.pointee.size = Int32(bytes.count)
            (target.pointee.pts, target.pointee.dts, target.pointee.duration) = (packet.time, packet.time, 1024)
            target.pointee.flags = AV_PKT_FLAG_KEY
            target.pointee.stream_index = sound.pointee.index
            defer { av.av_packet_unref(target) }
            try av.check(av.av_write_frame(context, target), "write the recording")
        }
    }

    /// Brings what there is to the disk as a fragment.
    func endFragment() throws {
        try av.check(av.av_write_frame(context, nil), "write the recording")
        fragmentStart = nil
        countBytes()
        // Without this the next packet would be moved to where the last one ends by its own account.
        try av.check(
            av.av_opt_set(context.pointee.priv_data, "movflags", "+frag_discont", 0), "write the recording")
    }

    /// Ends the last fragment and the file.
    func finish() throws {
        try av.check(av.av_write_trailer(context), "write the recording")
        countBytes()
        try av.check(av.avio_closep(&context.pointee.pb), "write the recording")
    }

    /// Fragments are made in memory and written out at once, so this is the end of one.
    private func countBytes() { bytesWritten = context.pointee.pb?.pointee.bytes_written ?? bytesWritten }
}

extension AVPacket {
    fileprivate var isKeyFrame: Bool { flags & AV_PKT_FLAG_KEY != 0 }
}

extension ga_libav_functions {
    fileprivate func addStream(
        of encoder: UnsafeMutablePointer<AVCodecContext>, to context: UnsafeMutablePointer<AVFormatContext>
    ) throws -> UnsafeMutablePointer<AVStream> {
        let stream = try require(avformat_new_stream(context, nil), "prepare an MP4 file")
        stream.pointee.time_base = encoder.pointee.time_base
        try check(avcodec_parameters_from_context(stream.pointee.codecpar, encoder), "prepare an MP4 file")
        // The encoder's lead-in is left out (`AACEncoder`), so nothing has to be skipped.
        stream.pointee.codecpar.pointee.initial_padding = 0
        return stream
    }
}
