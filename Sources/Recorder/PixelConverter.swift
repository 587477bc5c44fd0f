import AgentCore
import CLibAV
import ScreenCapture

/// Turns pictures of the screen into what video is encoded from, all of one size. Of a screen that has changed in places
/// only these are converted.
///
/// Stays under the lock of its encoder.
final class PixelConverter {
    /// The converted picture. The next conversion writes over it.
    let picture: YUVPicture
    private let av: ga_libav_functions
    private let video: VideoSize
    /// What `picture` shows.
    private var last: (serial: UInt64, screen: VideoSize)?
    private var dirty: DirtyTiles
    /// For screens of another size than the video's.
    private var rescaler: Rescaler?

    /// - Parameter video: sides may be odd; the picture's are even.
    init(_ av: ga_libav_functions, video: VideoSize) throws(AgentError) {
        (self.av, self.video) = (av, video)
        picture = try YUVPicture(av, size: video.padded)
        dirty = DirtyTiles(size: video)
    }

    /// Brings `picture` up to a frame, which is later than the one before. Does nothing when it is the same.
    func convert(_ frame: PixelFrame) throws(AgentError) {
        let screen = VideoSize(width: frame.width, height: frame.height)
        if let last, last.serial == frame.serial { return }
        try picture.makeWritable()
        if screen == video {
            convertChanges(in: frame, screen)
        } else {
            try rescaler(for: screen).convert(frame, into: picture)
        }
        last = (frame.serial, screen)
    }

    private func convertChanges(in frame: PixelFrame, _ screen: VideoSize) {
        if let last, last.screen == screen, let changes = frame.changes(since: last.serial) {
            for region in changes { dirty.mark(region) }
        } else {
            dirty.markAll()
        }
        dirty.clean { picture.convert($0, of: frame) }
    }

    private func rescaler(for screen: VideoSize) throws(AgentError) -> Rescaler {
        if let rescaler, last?.screen == screen { return rescaler }
        // What no picture of the screen covers stays black.
        picture.fillBlack()
        let rescaler = try Rescaler(av, screen: screen, placement: Placement(of: screen, in: video.padded))
        self.rescaler = rescaler
        return rescaler
    }
}
