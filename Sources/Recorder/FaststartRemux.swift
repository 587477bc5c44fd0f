import AgentCore
import CLibAV

/// Copies a fragmented MP4 into one with a single index in front of the media, without encoding anything again: it
/// starts to play before all of it is there, and players can seek at once.
struct FaststartRemux {
    private let av: ga_libav_functions

    init(_ av: ga_libav_functions) {
        self.av = av
    }

    /// - Parameters:
    ///   - source: a finished fragmented file.
    ///   - target: made, or emptied. Incomplete when this throws.
    ///   - extent: of everything in `source`; room for the index is left in front accordingly. The file's ticks are
    ///     those of `VideoTime`.
    ///   - marks: become chapters.
    ///
    /// Throws `CancellationError` when the task is cancelled.
    func copy(_ source: String, to target: String, extent: MediaExtent, marks: [RecordingMark]) throws {
        let (reader, writer) = (try av.openInput(source), try av.makeMP4())
        let (input, output) = (reader.pointer, writer.pointer)
        try addStreams(of: input, to: output)
        let chapters = Chapter.all(from: marks, duration: VideoTime.milliseconds(extent.end))
        try av.addChapters(chapters, to: output)
        try av.check(av.avio_open(&output.pointee.pb, "file:\(target)", AVIO_FLAG_WRITE), "open \(target)")
        var options = OptionDictionary(
            av,
            [
                "moov_size": "\(extent.indexBytes(marks: marks))",
                "video_track_timescale": "\(VideoTime.ticksPerSecond)",
            ])
        try av.check(av.avformat_write_header(output, &options.pointer), "write \(target)")
        try copyPackets(from: input, to: output, extent: extent)
        try av.check(av.av_write_trailer(output), "write \(target)")
        try av.check(av.avio_closep(&output.pointee.pb), "write \(target)")
        withExtendedLifetime((reader, writer)) {}
    }

    /// What is in a file, found by reading all of it.
    func measure(_ path: String) throws -> MediaExtent {
        var extent = MediaExtent()
        let reader = try av.openInput(path)
        try forEachPacket(of: reader.pointer) { packet in
            guard packet.pointee.stream_index == 0 else { return extent.add(soundOf: Int64(packet.pointee.size)) }
            extent.add(pictureOf: Int64(packet.pointee.size))
            extent.end = max(extent.end, packet.pointee.pts + max(1, packet.pointee.duration))
        }
        withExtendedLifetime(reader) {}
        return extent
    }

    private func addStreams(
        of input: UnsafeMutablePointer<AVFormatContext>, to output: UnsafeMutablePointer<AVFormatContext>
    ) throws {
        for source in av.streams(of: input) {
            let stream = try av.require(av.avformat_new_stream(output, nil), "prepare an MP4 file")
            try av.check(
                av.avcodec_parameters_copy(stream.pointee.codecpar, source.pointee.codecpar), "prepare an MP4 file")
            stream.pointee.time_base = source.pointee.time_base
        }
    }

    private func copyPackets(
        from input: UnsafeMutablePointer<AVFormatContext>, to output: UnsafeMutablePointer<AVFormatContext>,
        extent: MediaExtent
    ) throws {
        var pictures = 0
        let (sources, targets) = (av.streams(of: input), av.streams(of: output))
        try forEachPacket(of: input) { packet in
            let index = Int(packet.pointee.stream_index)
            if index == 0 {
                pictures += 1
                // The reader of fragments guesses how long the last picture is shown.
                if pictures == extent.pictures { packet.pointee.duration = max(1, extent.end - packet.pointee.pts) }
            }
            av.av_packet_rescale_ts(packet, sources[index].pointee.time_base, targets[index].pointee.time_base)
            try av.check(av.av_write_frame(output, packet), "write the recording")
        }
    }

    /// Lends every packet of a file in their order.
    private func forEachPacket(
        of input: UnsafeMutablePointer<AVFormatContext>, _ body: (UnsafeMutablePointer<AVPacket>) throws -> Void
    ) throws {
        let packet = try av.makePacket()
        while true {
            let result = av.av_read_frame(input, packet.pointer)
            if result == ga_averror_eof() { break }
            try av.check(result, "read the recording")
            defer { av.av_packet_unref(packet.pointer) }
            try Task.checkCancellation()
            try body(packet.pointer)
        }
    }
}
