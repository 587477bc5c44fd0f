import AgentCore
import CLibAV
import Glibc
import ScreenCapture

/// Decodes a picture of a recording, finished or not, on a niced thread of its own, which ends with it.
actor RecordingPicture {
    private let executor: ThreadExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Throws `unavailable` when there is no thread to be had.
    init() throws(AgentError) { executor = try ThreadExecutor(name: "rec-picture", niceness: 5) }

    /// - Parameters:
    ///   - path: of the video; another file may take its place meanwhile.
    ///   - time: in ticks. Behind the end it is the last picture.
    ///
    /// Throws `notFound` when there is no such file.
    func take(from path: String, at time: Int64) throws -> PixelFrame {
        // The decoder leaves the memory of its pictures behind, free but resident.
        defer { malloc_trim(0) }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw AgentError.system(errno: errno, operation: "open", path: path) }
        defer { close(file) }
        let index = FragmentIndex(of: file)
        guard index.isFragmented else { return try decode(file, at: time) }
        let excerpt = try excerpt(of: file, [index.head] + index.fragments(showing: time).map(\.range))
        defer { close(excerpt) }
        return try decode(excerpt, at: time)
    }

    /// A file in memory with some parts of another one. A fragmented video of which fragments are left out still plays,
    /// and nothing has to be searched in it.
    private func excerpt(of file: Int32, _ ranges: [Range<Int64>]) throws -> Int32 {
        let excerpt = ga_memory_file()
        guard excerpt >= 0 else { throw AgentError.system(errno: errno, operation: "make", path: "a file in memory") }
        for range in ranges {
            var position = off_t(range.lowerBound)
            while position < range.upperBound {
                let count = sendfile(excerpt, file, &position, Int(range.upperBound) - position)
                guard count <= 0 else { continue }
                close(excerpt)
                throw AgentError.system(errno: count < 0 ? errno : EIO, operation: "read", path: "the recording")
            }
        }
        return excerpt
    }

    private func decode(_ file: Int32, at time: Int64) throws -> PixelFrame {
        let av = try LibAV.load()
        let input = try av.openInput("/proc/self/fd/\(file)")
        guard let stream = av.streams(of: input.pointer).first else { throw Self.unreadable }
        _ = av.av_seek_frame(input.pointer, stream.pointee.index, time, AVSEEK_FLAG_BACKWARD)
        let decoder = try PictureDecoder(av, stream: stream)
        let packet = try av.makePacket()
        while av.av_read_frame(input.pointer, packet.pointer) >= 0 {
            defer { av.av_packet_unref(packet.pointer) }
            guard packet.pointee.stream_index == stream.pointee.index else { continue }
            // Pictures come in the order they are shown, so no later one is needed.
            if packet.pointee.pts > time, decoder.hasBegun { break }
            try decoder.decode(packet.pointer)
        }
        try decoder.decode(nil)
        guard let picture = decoder.last else { throw Self.unreadable }
        return try PixelFrame(picture, av)
    }

    private static var unreadable: AgentError { .internalError("there is no picture in the recording") }
}

extension Owned {
    fileprivate var pointee: Object { pointer.pointee }
}

/// Keeps the last picture of what it is given.
private final class PictureDecoder {
    private let av: ga_libav_functions
    private let context: Owned<AVCodecContext>
    private let next: Owned<AVFrame>
    private let kept: Owned<AVFrame>
    private(set) var hasBegun = false

    init(_ av: ga_libav_functions, stream: UnsafeMutablePointer<AVStream>) throws {
        self.av = av
        guard let codec = av.avcodec_find_decoder(stream.pointee.codecpar.pointee.codec_id) else {
            throw AgentError.unavailable("FFmpeg comes without a decoder for the recording")
        }
        context = try av.makeContext(of: codec)
        (next, kept) = (try av.makeFrame(), try av.makeFrame())
        try av.check(
            av.avcodec_parameters_to_context(context.pointer, stream.pointee.codecpar), "decode the recording")
        context.pointer.pointee.thread_count = 1
        try av.check(av.avcodec_open2(context.pointer, codec, nil), "decode the recording")
    }

    var last: UnsafeMutablePointer<AVFrame>? { kept.pointee.width > 0 ? kept.pointer : nil }

    /// - Parameter packet: `nil` for what the decoder still holds.
    func decode(_ packet: UnsafeMutablePointer<AVPacket>?) throws {
        hasBegun = true
        try av.check(av.avcodec_send_packet(context.pointer, packet), "decode the recording")
        while av.avcodec_receive_frame(context.pointer, next.pointer) >= 0 {
            av.av_frame_unref(kept.pointer)
            av.av_frame_move_ref(kept.pointer, next.pointer)
        }
    }
}

extension PixelFrame {
    /// Copies a picture of video, BT.709 and limited range, in the colours of a screen.
    fileprivate convenience init(_ picture: UnsafeMutablePointer<AVFrame>, _ av: ga_libav_functions) throws {
        let (width, height) = (picture.pointee.width, picture.pointee.height)
        let scaler = av.sws_getContext(
            width, height, AVPixelFormat(picture.pointee.format), width, height, AV_PIX_FMT_BGR0, SWS_BILINEAR, nil,
            nil, nil)
        guard let scaler else { throw AgentError.internalError("cannot convert a picture of \(width)x\(height)") }
        defer { av.sws_freeContext(scaler) }
        let bt709 = av.sws_getCoefficients(SWS_CS_ITU709)
        let (full, limited, neutral): (Int32, Int32, Int32) = (1, 0, 1 << 16)
        _ = av.sws_setColorspaceDetails(scaler, bt709, limited, bt709, full, 0, neutral, neutral)
        let (data, strides) = (picture.pointee.data, picture.pointee.linesize)
        let planes: [UnsafePointer<UInt8>?] = [data.0, data.1, data.2].map { $0.map { UnsafePointer($0) } }
        var pixels = [UInt8](repeating: 0, count: Int(width * height) * 4)
        pixels.withUnsafeMutableBufferPointer { target in
            _ = av.sws_scale(
                scaler, planes, [strides.0, strides.1, strides.2], 0, height, [target.baseAddress], [width * 4])
        }
        self.init(
            width: Int(width), height: Int(height), bytesPerRow: Int(width) * 4, serial: 0, capturedAt: .now,
            pixels: pixels)
    }
}
