import AgentCore
import CLibAV

/// An object of FFmpeg's libraries, freed with its owner.
final class Owned<Object> {
    let pointer: UnsafeMutablePointer<Object>
    private let free: (UnsafeMutablePointer<Object>) -> Void

    init(_ pointer: UnsafeMutablePointer<Object>, free: @escaping (UnsafeMutablePointer<Object>) -> Void) {
        self.pointer = pointer
        self.free = free
    }

    deinit { free(pointer) }
}

extension ga_libav_functions {
    func makeFrame() throws(AgentError) -> Owned<AVFrame> {
        Owned(try require(av_frame_alloc(), "allocate a picture")) { [av_frame_free] in
            var frame: UnsafeMutablePointer<AVFrame>? = $0
            av_frame_free(&frame)
        }
    }

    func makePacket() throws(AgentError) -> Owned<AVPacket> {
        Owned(try require(av_packet_alloc(), "allocate a packet")) { [av_packet_free] in
            var packet: UnsafeMutablePointer<AVPacket>? = $0
            av_packet_free(&packet)
        }
    }

    func makeContext(of codec: UnsafePointer<AVCodec>) throws(AgentError) -> Owned<AVCodecContext> {
        Owned(try require(avcodec_alloc_context3(codec), "allocate an encoder")) { [avcodec_free_context] in
            var context: UnsafeMutablePointer<AVCodecContext>? = $0
            avcodec_free_context(&context)
        }
    }

    /// An MP4 file that is yet to be opened; closed with its owner.
    func makeMP4() throws(AgentError) -> Owned<AVFormatContext> {
        var context: UnsafeMutablePointer<AVFormatContext>?
        try check(avformat_alloc_output_context2(&context, nil, "mp4", nil), "prepare an MP4 file")
        return Owned(try require(context, "prepare an MP4 file")) { [avio_closep, avformat_free_context] in
            _ = avio_closep(&$0.pointee.pb)
            avformat_free_context($0)
        }
    }

    /// A media file to read from; closed with its owner.
    func openInput(_ path: String) throws(AgentError) -> Owned<AVFormatContext> {
        var context: UnsafeMutablePointer<AVFormatContext>?
        try check(avformat_open_input(&context, "file:\(path)", nil, nil), "read \(path)")
        return Owned(try require(context, "read \(path)")) { [avformat_close_input] in
            var context: UnsafeMutablePointer<AVFormatContext>? = $0
            avformat_close_input(&context)
        }
    }
}
