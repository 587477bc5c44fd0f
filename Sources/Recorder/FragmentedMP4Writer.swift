import AgentCore
import CLibAV

/// Writes an MP4 in fragments (ISO/IEC 14496-12 §8.8) of about a second: the file plays up to the last whole one,
/// however the process ends.
///
/// Stays on the thread of its session.
final class FragmentedMP4Writer {
    private let av: ga_libav_functions
    private let owner: Owned<AVFormatContext>
    private var context: UnsafeMutablePointer<AVFormatContext> { owner.pointer }
    /// The size of the file up to the last whole fragment, in bytes.
    private(set) var bytesWritten: Int64 = 0
    private let stream: UnsafeMutablePointer<AVStream>

    /// Makes the file, or empties the one there is, and writes its head.
    ///
    /// Throws `insufficientStorage` on a full disk, `permissionDenied`, or `internalError`.
    init(_ av: ga_libav_functions, path: String, video encoder: H264Encoder) throws {
        self.av = av
        owner = try av.makeMP4()
        let context = owner.pointer
        stream = try av.require(av.avformat_new_stream(context, nil), "prepare an MP4 file")
        stream.pointee.time_base = encoder.context.pointee.time_base
        try av.check(
            av.avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context), "prepare an MP4 file")
        try av.check(av.avio_open(&context.pointee.pb, "file:\(path)", AVIO_FLAG_WRITE), "open \(path)")
        context.pointee.flush_packets = 1
        var options = OptionDictionary(av, Self.options)
        try av.check(av.avformat_write_header(context, &options.pointer), "write \(path)")
    }

    private static let options: KeyValuePairs = [
        "movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "1000000",
        "video_track_timescale": "\(VideoTime.ticksPerSecond)",
    ]

    /// Adds a packet to the fragment, and first ends the fragment when it is time.
    func write(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        packet.pointee.stream_index = stream.pointee.index
        av.av_packet_rescale_ts(packet, VideoTime.base, stream.pointee.time_base)
        try av.check(av.av_write_frame(context, packet), "write the recording")
        countBytes()
    }

    /// Ends the fragment before the packet is there that tells how long the last one is shown.
    func endFragment() throws {
        try av.check(av.av_write_frame(context, nil), "write the recording")
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
