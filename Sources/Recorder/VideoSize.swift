/// Width and height in pixels.
struct VideoSize: Hashable, Sendable {
    let width: Int
    let height: Int

    /// With sides rounded up to even numbers: 4:2:0 video has one colour sample for 2×2 pixels.
    var padded: VideoSize { VideoSize(width: (width + 1) & ~1, height: (height + 1) & ~1) }

    /// Even sides, unless `factor` is 1; 16 pixels at least, as many as are encoded together.
    func scaled(by factor: Double) -> VideoSize {
        guard factor != 1 else { return self }
        func side(_ length: Int) -> Int { max(16, Int((Double(length) * factor / 2).rounded()) * 2) }
        return VideoSize(width: side(width), height: side(height))
    }
}

/// Where on the video a picture of the screen goes.
struct Placement: Equatable {
    let x: Int
    let y: Int
    let size: VideoSize

    /// The whole video for a screen of its size. A screen of another size is scaled to fit, centred, on even
    /// positions and with even sides.
    init(of screen: VideoSize, in video: VideoSize) {
        guard screen != video else {
            (x, y, size) = (0, 0, video)
            return
        }
        let scale = min(
            Double(video.width) / Double(screen.width), Double(video.height) / Double(screen.height))
        let width = max(2, Int(Double(screen.width) * scale) & ~1)
        let height = max(2, Int(Double(screen.height) * scale) & ~1)
        size = VideoSize(width: width, height: height)
        x = max(0, (video.width - width) / 2 & ~1)
        y = max(0, (video.height - height) / 2 & ~1)
    }
}
