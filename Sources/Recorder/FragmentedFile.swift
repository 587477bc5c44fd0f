import AgentCore
import CLibAV

/// An MP4 file that can be played up to the last written fragment at any time, whatever happens to its writer.
///
/// The index is empty at first, and a fragment of about a second follows another. Confined to the encoding thread.
final class FragmentedFile {
    private let av: LibAV
    private let path: String
    private var context: UnsafeMutablePointer<AVFormatContext>?
    private var stream: UnsafeMutablePointer<AVStream>?
    private var isTrailerWritten = false

    /// Creates the file, or empties the one that is there.
    init(path: String, encoder: VideoEncoder, av: LibAV) throws {
        self.av = av
        self.path = path
        try av.check(av.functions.pointee.avformat_alloc_output_context2(&context, nil, "mp4", path), "set up \(path)")
        let file = try av.require(context, "a recording")
        try addStream(to: file, encoder: encoder)
        file.pointee.flags |= AVFMT_FLAG_FLUSH_PACKETS
        try av.check(av.functions.pointee.avio_open(&file.pointee.pb, path, AVIO_FLAG_WRITE), "create \(path)")
        try writeHeader(file)
    }

    deinit {
        guard let context else { return }
        _ = av.functions.pointee.avio_closep(&context.pointee.pb)
        av.functions.pointee.avformat_free_context(context)
    }

    private func addStream(to file: UnsafeMutablePointer<AVFormatContext>, encoder: VideoEncoder) throws {
        let stream = try av.require(av.functions.pointee.avformat_new_stream(file, nil), "a video track")
        let parameters = stream.pointee.codecpar
        try av.check(
            av.functions.pointee.avcodec_parameters_from_context(parameters, encoder.context), "describe the video")
        stream.pointee.time_base = VideoFormat.timeBase
        stream.pointee.avg_frame_rate = AVRational(num: Int32(encoder.format.frameRate), den: 1)
        self.stream = stream
    }

    private func writeHeader(_ file: UnsafeMutablePointer<AVFormatContext>) throws {
        var options: OpaquePointer?
        defer { av.functions.pointee.av_dict_free(&options) }
        let flags = "empty_moov+default_base_moof+frag_keyframe"
        _ = av.functions.pointee.av_dict_set(&options, "movflags", flags, 0)
        // Microseconds; the most that is lost when the writer dies.
        _ = av.functions.pointee.av_dict_set(&options, "frag_duration", "1000000", 0)
        try av.check(av.functions.pointee.avformat_write_header(file, &options), "write \(path)")
    }

    /// Bytes in the file.
    var size: Int64 { context?.pointee.pb?.pointee.pos ?? 0 }

    /// Throws `insufficientStorage` when the disk is full.
    func write(_ packet: UnsafeMutablePointer<AVPacket>) throws {
        guard let context, let stream else { return }
        packet.pointee.stream_index = stream.pointee.index
        av.functions.pointee.av_packet_rescale_ts(packet, VideoFormat.timeBase, stream.pointee.time_base)
        try av.check(av.functions.pointee.av_write_frame(context, packet), "write \(path)")
        if let failure = context.pointee.pb?.pointee.error, failure < 0 { try av.check(failure, "write \(path)") }
    }

    /// Writes the last fragment and closes the file.
    func finish() throws {
        guard let context, !isTrailerWritten else { return }
        isTrailerWritten = true
        try av.check(av.functions.pointee.av_write_trailer(context), "finish \(path)")
        try av.check(av.functions.pointee.avio_closep(&context.pointee.pb), "close \(path)")
    }
}
