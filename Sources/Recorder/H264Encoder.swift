import AgentCore
import CLibAV

/// Compresses pictures with x264: H.264 High, 4:2:0, constant quality.
///
/// One picture in, one packet out, at once: there is no look-ahead and there are no B-frames, so nothing is lost with
/// the process but the frame being encoded. Stays on the thread of its session.
final class H264Encoder {
    /// For `FragmentedMP4Writer`, which needs the parameter sets.
    var context: UnsafeMutablePointer<AVCodecContext> { owner.pointer }
    private let av: ga_libav_functions
    private let owner: Owned<AVCodecContext>
    private let packetOwner: Owned<AVPacket>
    private var packetDuration: Int64 = 0

    /// - Parameters:
    ///   - size: even sides.
    ///   - frameRate: frames per second at most, which the rate control takes for the usual.
    ///
    /// Throws `unavailable` when FFmpeg comes without x264.
    init(_ av: ga_libav_functions, size: VideoSize, frameRate: Int) throws {
        guard let codec = av.avcodec_find_encoder_by_name("libx264") else {
            throw AgentError.unavailable("recording needs FFmpeg with x264; install Debian's libavcodec")
        }
        self.av = av
        owner = try av.makeContext(of: codec)
        packetOwner = try av.makePacket()
        Self.configure(&context.pointee, size: size, frameRate: frameRate)
        var options = OptionDictionary(av, Self.options)
        try av.check(av.avcodec_open2(context, codec, &options.pointer), "open the x264 encoder")
    }

    private static let options: KeyValuePairs = [
        "preset": "veryfast", "tune": "zerolatency", "profile": "high", "crf": "23",
        // Without look-ahead, x264 takes a quiet screen for a chance to refine what is there already. The same
        // quantiser for every frame (qcomp 1) leaves it alone: a third fewer bytes, and a still screen costs half.
        // Key frames come by the clock, so it need not look for scenes.
        "x264-params": "qcomp=1:scenecut=0",
        // A frame asked to be a key frame is one that players can seek to.
        "forced-idr": "1",
    ]

    private static func configure(_ context: inout AVCodecContext, size: VideoSize, frameRate: Int) {
        context.width = Int32(size.width)
        context.height = Int32(size.height)
        context.pix_fmt = AV_PIX_FMT_YUV420P
        context.time_base = VideoTime.base
        context.framerate = AVRational(num: Int32(frameRate), den: 1)
        context.color_primaries = AVCOL_PRI_BT709
        context.color_trc = AVCOL_TRC_BT709
        context.colorspace = AVCOL_SPC_BT709
        context.color_range = AVCOL_RANGE_MPEG
        // The session asks for key frames by the clock; the screen's frames come at no fixed rate.
        context.gop_size = Int32.max
        context.thread_count = 1
        context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
    }

    /// Encodes one picture.
    ///
    /// - Parameters:
    ///   - time: in ticks, later than that of the picture before.
    ///   - duration: how long the picture is shown if nothing follows, in ticks.
    ///   - isKeyFrame: whether players can start here.
    ///   - write: takes the packet; it is only lent.
    func encode(
        _ picture: UnsafeMutablePointer<AVFrame>, at time: Int64, for duration: Int64, isKeyFrame: Bool,
        write: (UnsafeMutablePointer<AVPacket>) throws -> Void
    ) throws {
        packetDuration = duration
        picture.pointee.pts = time
        picture.pointee.pict_type = isKeyFrame ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
        try send(picture, write: write)
    }

    /// Gives out what the encoder may still hold. Nothing can be encoded after this.
    func flush(write: (UnsafeMutablePointer<AVPacket>) throws -> Void) throws {
        try send(nil, write: write)
    }

    private func send(
        _ picture: UnsafeMutablePointer<AVFrame>?, write: (UnsafeMutablePointer<AVPacket>) throws -> Void
    ) throws {
        try av.check(av.avcodec_send_frame(context, picture), "encode a frame")
        let packet = packetOwner.pointer
        while true {
            let result = av.avcodec_receive_packet(context, packet)
            if result == ga_averror(EAGAIN) || result == ga_averror_eof() { return }
            try av.check(result, "encode a frame")
            defer { av.av_packet_unref(packet) }
            packet.pointee.duration = packetDuration
            try write(packet)
        }
    }
}
