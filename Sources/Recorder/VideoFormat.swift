/// What decides how pictures of a screen become video. Recordings that agree on it share an encoder.
struct VideoFormat: Hashable, Sendable {
    /// Of the pictures in the video. Sides may be odd; those of the video are rounded up.
    let size: VideoSize
    /// Pictures per second at most.
    let frameRate: Int
    let quality: VideoQuality

    /// - Parameter screen: the size of the screen as the recording starts.
    init(screen: VideoSize, _ parameters: RecordingParameters) {
        size = screen.scaled(by: parameters.scale)
        frameRate = parameters.frameRate
        quality = parameters.quality
    }
}

/// How much of what is on the screen survives compression, and what it may cost.
package struct VideoQuality: Hashable, Sendable {
    /// What may be asked for.
    package static let levels = 1...100
    package static let bitRates = 50...50_000
    /// Letters of ordinary size are as sharp as on the screen.
    package static let usualLevel = 70

    /// From 1, hardly legible, to 100, which can hardly be told from the screen.
    package let level: Int
    /// In kbit/s. Where the level would take more over a second or two, it gives way.
    package let bitRateLimit: Int?

    /// x264's constant rate factor: 6 more double the bytes, roughly.
    var rateFactor: Double { 45 - 0.3 * Double(level) }
}
