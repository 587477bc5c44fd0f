package import AgentCore

/// What a client asks of a recording.
package struct RecordingParameters: Sendable, Equatable {
    /// Frames per second at most; nothing is encoded while nothing changes.
    package let frameRate: Int
    /// The recording ends by itself at this size. In MB of 1,000,000 bytes.
    package internal(set) var maximumSizeInMB: Int
    /// The recording ends by itself after this many seconds.
    package internal(set) var maximumDuration: Int?
    package let quality: VideoQuality
    /// Width and height of the video, as parts of the screen's.
    package let scale: Double
    /// How long the X server may be away; the last picture is shown meanwhile. Then the recording ends by itself.
    var screenPatience = Duration.seconds(5)

    /// - Parameters:
    ///   - quality: from 1 to 100; see `VideoQuality`.
    ///   - bitRate: in kbit/s at most, from 50 to 50,000.
    ///   - scale: from 0.1 to 1.
    ///
    /// Throws `invalidArgument` naming the field that is out of range.
    package init(
        frameRate: Int, maximumSizeInMB: Int, maximumDuration: Int?, quality: Int? = nil, bitRate: Int? = nil,
        scale: Double? = nil
    ) throws(AgentError) {
        try Self.check("framerate", frameRate, within: 1...20)
        try Self.check("maxFileSizeInMB", maximumSizeInMB, within: 1...10_000)
        try Self.check("maxDurationInSeconds", maximumDuration, within: 1...1_000_000)
        try Self.check("quality", quality, within: VideoQuality.levels)
        try Self.check("bitrate", bitRate, within: VideoQuality.bitRates)
        guard scale.map({ (0.1...1).contains($0) }) ?? true else {
            throw .invalidArgument("scale is \(scale ?? 0); it must be from 0.1 to 1")
        }
        self.frameRate = frameRate
        self.maximumSizeInMB = maximumSizeInMB
        self.maximumDuration = maximumDuration
        self.quality = VideoQuality(level: quality ?? VideoQuality.usualLevel, bitRateLimit: bitRate)
        self.scale = scale ?? 1
    }

    private static func check(_ field: String, _ value: Int?, within range: ClosedRange<Int>) throws(AgentError) {
        guard let value, !range.contains(value) else { return }
        throw .invalidArgument(
            "\(field) is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
    }
}
