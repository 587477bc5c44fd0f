import AgentCore
import CLibAV
import Glibc

/// Rewrites a finished recording with its index in front, so that it plays and seeks everywhere at once.
///
/// The new file takes the old one's place by rename, when it is complete and on the disk; whatever fails before
/// leaves the fragmented file, which plays too. Blocks; the encoding thread runs it.
struct Finalizer {
    let av: LibAV
    let path: String

    private var temporaryPath: String { path + ".tmp" }

    func run() throws {
        do {
            try remux()
            try synchronize(temporaryPath)
            guard rename(temporaryPath, path) == 0 else {
                throw AgentError.system(errno: errno, operation: "replace", path: path)
            }
        } catch {
            unlink(temporaryPath)
            throw error
        }
    }

    private func remux() throws {
        let functions = av.functions.pointee
        var input: UnsafeMutablePointer<AVFormatContext>?
        try av.check(functions.avformat_open_input(&input, path, nil, nil), "read \(path)")
        defer { functions.avformat_close_input(&input) }
        let source = try av.require(input, "a recording")
        try av.check(functions.avformat_find_stream_info(source, nil), "read \(path)")
        var output: UnsafeMutablePointer<AVFormatContext>?
        try av.check(
            functions.avformat_alloc_output_context2(&output, nil, "mp4", temporaryPath), "set up \(temporaryPath)")
        let target = try av.require(output, "a recording")
        defer {
            _ = functions.avio_closep(&target.pointee.pb)
            functions.avformat_free_context(target)
        }
        try copyStreams(from: source, to: target)
        try av.check(functions.avio_open(&target.pointee.pb, temporaryPath, AVIO_FLAG_WRITE), "create \(temporaryPath)")
        try copyPackets(from: source, to: target)
    }

    private func copyStreams(
        from source: UnsafeMutablePointer<AVFormatContext>, to target: UnsafeMutablePointer<AVFormatContext>
    ) throws {
        for index in 0..<Int(source.pointee.nb_streams) {
            guard let stream = source.pointee.streams[index] else { continue }
            let copy = try av.require(av.functions.pointee.avformat_new_stream(target, nil), "a track")
            try av.check(
                av.functions.pointee.avcodec_parameters_copy(copy.pointee.codecpar, stream.pointee.codecpar),
                "describe the video")
            copy.pointee.codecpar.pointee.codec_tag = 0
            copy.pointee.time_base = stream.pointee.time_base
            copy.pointee.avg_frame_rate = stream.pointee.avg_frame_rate
        }
    }

    private func copyPackets(
        from source: UnsafeMutablePointer<AVFormatContext>, to target: UnsafeMutablePointer<AVFormatContext>
    ) throws {
        let functions = av.functions.pointee
        var options: OpaquePointer?
        defer { functions.av_dict_free(&options) }
        _ = functions.av_dict_set(&options, "movflags", "faststart", 0)
        try av.check(functions.avformat_write_header(target, &options), "write \(temporaryPath)")
        var packet = functions.av_packet_alloc()
        defer { functions.av_packet_free(&packet) }
        let carrier = try av.require(packet, "a packet")
        while functions.av_read_frame(source, carrier) >= 0 {
            let index = Int(carrier.pointee.stream_index)
            if let from = source.pointee.streams[index], let to = target.pointee.streams[index] {
                functions.av_packet_rescale_ts(carrier, from.pointee.time_base, to.pointee.time_base)
            }
            carrier.pointee.pos = -1
            try av.check(functions.av_write_frame(target, carrier), "write \(temporaryPath)")
            functions.av_packet_unref(carrier)
        }
        try av.check(functions.av_write_trailer(target), "finish \(temporaryPath)")
    }

    private func synchronize(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AgentError.system(errno: errno, operation: "open", path: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw AgentError.system(errno: errno, operation: "sync", path: path) }
    }
}
