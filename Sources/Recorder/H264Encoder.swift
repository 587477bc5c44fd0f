import AgentCore
import CLibAV

/// Compresses pictures with x264: H.264 High, 4:2:0, constant quality.
///
/// One picture in, one packet out, at once: there is no look-ahead and there are no B-frames, so nothing is lost with
/// the process but the picture being encoded. Stays under the lock of its encoder.
final class H264Encoder {
    /// For `FragmentedMP4Writer`, which needs the parameter sets.
    var context: UnsafeMutablePointer<AVCodecContext> { owner.pointer }
    private let av: ga_libav_functions
    private let owner: Owned<AVCodecContext>

    /// Throws `unavailable` when FFmpeg comes without x264.
    init(_ av: ga_libav_functions, _ format: VideoFormat) throws(AgentError) {
        guard let codec = av.avcodec_find_encoder_by_name("libx264") else {
            throw AgentError.unavailable("recording needs FFmpeg with x264; install Debian's libavcodec")
        }
        self.av = av
        owner = try av.makeContext(of: codec)
        Self.configure(&context.pointee, format)
        var options = OptionDictionary(
            av,
            [
                "preset": "veryfast", "tune": "zerolatency", "profile": "high", "crf": "\(format.quality.rateFactor)",
                "x264-params": Self.x264Parameters,
                // A picture asked to be a key frame is one that players can seek to.
                "forced-idr": "1",
            ])
        try av.check(av.avcodec_open2(context, codec, &options.pointer), "open the x264 encoder")
    }

    /// - Without look-ahead, x264 takes a quiet screen for a chance to refine what is there already. The same quantiser
    ///   for every picture (qcomp 1) leaves it alone: a third fewer bytes, and a still screen costs half.
    /// - Adaptive quantisation moves bits from edges to gradients, which is right for films: letters are edges.
    /// - Key frames come by the clock, so it need not look for scenes.
    private static let x264Parameters = "qcomp=1:aq-mode=0:scenecut=0"

    private static func configure(_ context: inout AVCodecContext, _ format: VideoFormat) {
        let size = format.size.padded
        context.width = Int32(size.width)
        context.height = Int32(size.height)
        context.pix_fmt = AV_PIX_FMT_YUV420P
        context.time_base = VideoTime.base
        // What the rate control takes for the usual.
        context.framerate = AVRational(num: Int32(format.frameRate), den: 1)
        context.color_primaries = AVCOL_PRI_BT709
        context.color_trc = AVCOL_TRC_BT709
        context.colorspace = AVCOL_SPC_BT709
        context.color_range = AVCOL_RANGE_MPEG
        // Key frames are asked for by the clock; the screen's pictures come at no fixed rate.
        context.gop_size = Int32.max
        context.thread_count = 1
        context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        if let limit = format.quality.bitRateLimit {
            context.rc_max_rate = Int64(limit) * 1000
            context.rc_buffer_size = Int32(limit) * 1000
        }
    }

    /// Encodes one picture.
    ///
    /// - Parameters:
    ///   - time: in ticks, later than that of the picture before.
    ///   - isKeyFrame: whether players can start here.
    func encode(
        _ picture: UnsafeMutablePointer<AVFrame>, at time: Int64, isKeyFrame: Bool
    ) throws(AgentError) -> Owned<AVPacket> {
        picture.pointee.pts = time
        picture.pointee.pict_type = isKeyFrame ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
        try av.check(av.avcodec_send_frame(context, picture), "encode a frame")
        let packet = try av.makePacket()
        try av.check(av.avcodec_receive_packet(context, packet.pointer), "encode a frame")
        return packet
    }
}
