import AgentCore
import CLibAV

/// Compresses sound to AAC. Stays on one thread.
final class AACEncoder {
    /// A compressed piece of sound.
    struct Packet: Sendable {
        /// Of its first frame, in frames since the recording began.
        let time: Int64
        let bytes: [UInt8]
    }

    /// For `FragmentedMP4Writer`, which needs the parameters.
    var context: UnsafeMutablePointer<AVCodecContext> { owner.pointer }
    private let av: ga_libav_functions
    private let owner: Owned<AVCodecContext>
    private let frame: Owned<AVFrame>
    private let packet: Owned<AVPacket>
    /// Interleaved, fewer than the encoder takes at once.
    private var waiting: [Float] = []
    private var position: Int64 = 0

    /// Throws `unavailable` when FFmpeg comes without AAC.
    init(_ av: ga_libav_functions) throws {
        guard let codec = av.avcodec_find_encoder_by_name("aac") else {
            throw AgentError.unavailable("recording sound needs FFmpeg with AAC; install Debian's libavcodec")
        }
        self.av = av
        owner = try av.makeContext(of: codec)
        frame = try av.makeFrame()
        packet = try av.makePacket()
        let context = owner.pointer
        context.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
        context.pointee.sample_rate = Int32(SoundFormat.rate)
        context.pointee.bit_rate = SoundFormat.bitRate
        context.pointee.time_base = AVRational(num: 1, den: Int32(SoundFormat.rate))
        context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        av.av_channel_layout_default(&context.pointee.ch_layout, Int32(SoundFormat.channels))
        try av.check(av.avcodec_open2(context, codec, nil), "open the AAC encoder")
        try prepareFrame()
    }

    private func prepareFrame() throws {
        frame.pointer.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
        frame.pointer.pointee.nb_samples = context.pointee.frame_size
        frame.pointer.pointee.sample_rate = Int32(SoundFormat.rate)
        av.av_channel_layout_default(&frame.pointer.pointee.ch_layout, Int32(SoundFormat.channels))
        try av.check(av.av_frame_get_buffer(frame.pointer, 0), "allocate sound")
    }

    /// Takes sound of interleaved channels and gives out what is complete.
    func encode(_ samples: [Float]) throws -> [Packet] {
        waiting += samples
        var packets: [Packet] = []
        let size = Int(context.pointee.frame_size)
        var start = 0
        while waiting.count - start >= size * SoundFormat.channels {
            try fill(from: start, frames: size)
            start += size * SoundFormat.channels
            try av.check(av.avcodec_send_frame(context, frame.pointer), "encode sound")
            packets += try receive()
        }
        waiting.removeFirst(start)
        return packets
    }

    private func fill(from start: Int, frames: Int) throws {
        // The encoder may still hold the last frame; then this makes a new one.
        try av.check(av.av_frame_make_writable(frame.pointer), "allocate sound")
        frame.pointer.pointee.pts = position
        position += Int64(frames)
        let planes = [frame.pointer.pointee.data.0, frame.pointer.pointee.data.1]
        for (channel, plane) in planes.enumerated() {
            plane?.withMemoryRebound(to: Float.self, capacity: frames) { target in
                for index in 0..<frames { target[index] = waiting[start + index * SoundFormat.channels + channel] }
            }
        }
    }

    private func receive() throws -> [Packet] {
        var packets: [Packet] = []
        while true {
            let result = av.avcodec_receive_packet(context, packet.pointer)
            if result == ga_averror(EAGAIN) || result == ga_averror_eof() { return packets }
            try av.check(result, "encode sound")
            defer { av.av_packet_unref(packet.pointer) }
            // What lies before the first frame only tunes the decoder in; it can do without.
            guard packet.pointer.pointee.pts >= 0, let data = packet.pointer.pointee.data else { continue }
            let bytes = Array(UnsafeBufferPointer(start: data, count: Int(packet.pointer.pointee.size)))
            packets.append(Packet(time: packet.pointer.pointee.pts, bytes: bytes))
        }
    }
}
