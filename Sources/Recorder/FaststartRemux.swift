import AgentCore
import CLibAV

/// Copies a fragmented MP4 into one with a single index in front of the media, without encoding anything again: it
/// starts to play before all of it is there, and players can seek at once.
struct FaststartRemux {
    /// How much there is to copy.
    struct Extent {
        /// When the last picture ends, in ticks.
        var end: Int64 = 0
        var packets = 0
        var bytes: Int64 = 0
        var largestPacket: Int64 = 0

        mutating func add(packetOf size: Int64) {
            packets += 1
            bytes += size
            largestPacket = max(largestPacket, size)
        }

        /// Whether one more packet, as large as any, leaves the file within `limit` bytes.
        func fits(in limit: Int64) -> Bool { bytes + largestPacket + indexBytes < limit }

        /// Upper bound of the index in bytes: time and size take 12 per packet, a key frame 4 more, a chunk of the
        /// file (1 MiB at most, so two together exceed that) 20.
        var indexBytes: Int64 { 16_384 + Int64(packets) * 16 + (bytes >> 20) * 40 }
    }

    private let av: ga_libav_functions

    init(_ av: ga_libav_functions) {
        self.av = av
    }

    /// - Parameters:
    ///   - source: a finished fragmented file.
    ///   - target: made, or emptied. Incomplete when this throws.
    ///   - extent: of everything in `source`; room for the index is left in front accordingly. The file's ticks are
    ///     those of `VideoTime`.
    func copy(_ source: String, to target: String, extent: Extent) throws {
        let (reader, writer) = (try av.openInput(source), try av.makeMP4())
        let (input, output) = (reader.pointer, writer.pointer)
        try addStreams(of: input, to: output)
        try av.check(av.avio_open(&output.pointee.pb, "file:\(target)", AVIO_FLAG_WRITE), "open \(target)")
        var options = OptionDictionary(
            av,
            ["moov_size": "\(extent.indexBytes)", "video_track_timescale": "\(VideoTime.ticksPerSecond)"])
        try av.check(av.avformat_write_header(output, &options.pointer), "write \(target)")
        try copyPackets(from: input, to: output, extent: extent)
        try av.check(av.av_write_trailer(output), "write \(target)")
        try av.check(av.avio_closep(&output.pointee.pb), "write \(target)")
        withExtendedLifetime((reader, writer)) {}
    }

    private func addStreams(
        of input: UnsafeMutablePointer<AVFormatContext>, to output: UnsafeMutablePointer<AVFormatContext>
    ) throws {
        for source in streams(of: input) {
            let stream = try av.require(av.avformat_new_stream(output, nil), "prepare an MP4 file")
            try av.check(
                av.avcodec_parameters_copy(stream.pointee.codecpar, source.pointee.codecpar), "prepare an MP4 file")
            stream.pointee.time_base = source.pointee.time_base
        }
    }

    private func copyPackets(
        from input: UnsafeMutablePointer<AVFormatContext>, to output: UnsafeMutablePointer<AVFormatContext>,
        extent: Extent
    ) throws {
        var copied = 0
        let packet = try av.makePacket()
        let current = packet.pointer
        let (sources, targets) = (streams(of: input), streams(of: output))
        while true {
            let result = av.av_read_frame(input, current)
            if result == ga_averror_eof() { break }
            try av.check(result, "read the recording")
            defer { av.av_packet_unref(current) }
            let index = Int(current.pointee.stream_index)
            av.av_packet_rescale_ts(current, sources[index].pointee.time_base, targets[index].pointee.time_base)
            copied += 1
            // The reader of fragments guesses how long the last picture is shown.
            if copied == extent.packets { current.pointee.duration = max(1, extent.end - current.pointee.pts) }
            try av.check(av.av_write_frame(output, current), "write the recording")
        }
        withExtendedLifetime(packet) {}
    }

    private func streams(of context: UnsafeMutablePointer<AVFormatContext>) -> [UnsafeMutablePointer<AVStream>] {
        (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
    }
}
