import AgentCore
import CLibAV
import ScreenCapture

/// H.264 through libx264. Confined to the encoding thread.
final class VideoEncoder {
    /// A player can seek to within this, whatever the screen does.
    private static let keyFrameInterval = 10 * Int64(VideoFormat.ticksPerSecond)

    private let av: LibAV
    let format: VideoFormat
    private(set) var context: UnsafeMutablePointer<AVCodecContext>?
    private var frame: UnsafeMutablePointer<AVFrame>?
    private var packet: UnsafeMutablePointer<AVPacket>?
    private let converter: FrameConverter
    private var lastKeyFrame: Int64?

    init(av: LibAV, format: VideoFormat) throws {
        self.av = av
        self.format = format
        converter = FrameConverter(av: av, format: format)
        try openCodec()
        try allocateFrame()
        packet = try av.require(av.functions.pointee.av_packet_alloc(), "a packet")
    }

    deinit {
        av.functions.pointee.av_packet_free(&packet)
        av.functions.pointee.av_frame_free(&frame)
        av.functions.pointee.avcodec_free_context(&context)
    }

    /// Encodes a picture, or the last one again, and hands each packet that is ready to `write`.
    ///
    /// - Parameters:
    ///   - picture: `nil` repeats the last one, which costs next to nothing.
    ///   - ticks: when it was on the screen; must grow from call to call.
    ///   - duration: how long it is shown if nothing follows, in ticks.
    func encode(
        _ picture: PixelFrame?, at ticks: Int64, duration: Int64,
        write: (UnsafeMutablePointer<AVPacket>) throws -> Void
    ) throws {
        guard let frame else { return }
        try av.check(av.functions.pointee.av_frame_make_writable(frame), "take a picture into the encoder")
        if let picture { try converter.convert(picture, into: frame) }
        let isKeyFrame = lastKeyFrame.map { ticks - $0 >= Self.keyFrameInterval } ?? true
        if isKeyFrame { lastKeyFrame = ticks }
        frame.pointee.pict_type = isKeyFrame ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
        frame.pointee.pts = ticks
        frame.pointee.pkt_duration = duration
        try send(frame, duration: duration, write: write)
    }

    /// Hands out what the encoder still holds.
    func flush(write: (UnsafeMutablePointer<AVPacket>) throws -> Void) throws {
        try send(nil, duration: format.frameTicks, write: write)
    }

    private func send(
        _ frame: UnsafeMutablePointer<AVFrame>?, duration: Int64,
        write: (UnsafeMutablePointer<AVPacket>) throws -> Void
    ) throws {
        guard let packet else { return }
        try av.check(av.functions.pointee.avcodec_send_frame(context, frame), "encode a picture")
        while true {
            let result = av.functions.pointee.avcodec_receive_packet(context, packet)
            if result == ga_averror_eof() || result == ga_averror(EAGAIN) { return }
            try av.check(result, "encode a picture")
            defer { av.functions.pointee.av_packet_unref(packet) }
            packet.pointee.duration = duration
            try write(packet)
        }
    }

    private func openCodec() throws {
        let functions = av.functions.pointee
        guard let codec = functions.avcodec_find_encoder_by_name("libx264") else {
            throw AgentError.unavailable("FFmpeg's libraries on this machine have no H.264 encoder (libx264)")
        }
        let context = try av.require(functions.avcodec_alloc_context3(codec), "the encoder")
        self.context = context
        context.pointee.width = format.width
        context.pointee.height = format.height
        context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        context.pointee.time_base = VideoFormat.timeBase
        context.pointee.framerate = AVRational(num: Int32(format.frameRate), den: 1)
        context.pointee.profile = FF_PROFILE_H264_HIGH
        context.pointee.color_range = AVCOL_RANGE_MPEG
        context.pointee.colorspace = AVCOL_SPC_BT709
        context.pointee.color_primaries = AVCOL_PRI_BT709
        context.pointee.color_trc = AVCOL_TRC_BT709
        // One thread: the session has one, and the browser beside it needs the rest of the machine.
        context.pointee.thread_count = 1
        context.pointee.max_b_frames = 0
        // Decoders need the parameter sets in the file's header, where MP4 keeps them.
        context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        var options: OpaquePointer?
        defer { functions.av_dict_free(&options) }
        for (key, value) in Self.options { _ = functions.av_dict_set(&options, key, value, 0) }
        try av.check(functions.avcodec_open2(context, codec, &options), "open the encoder")
    }

    /// No look-ahead: a frame must be in the file when the agent is killed a moment later.
    private static let options = [
        ("preset", "veryfast"),
        ("crf", "23"),
        ("x264-params", "rc-lookahead=0:sync-lookahead=0:keyint=infinite:scenecut=0"),
    ]

    private func allocateFrame() throws {
        let frame = try av.require(av.functions.pointee.av_frame_alloc(), "a picture")
        self.frame = frame
        frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        frame.pointee.width = format.width
        frame.pointee.height = format.height
        try av.check(av.functions.pointee.av_frame_get_buffer(frame, 0), "allocate a picture")
    }
}
