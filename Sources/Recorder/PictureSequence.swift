import AgentCore
import CLibAV
import ScreenCapture

/// The pictures an encoder makes, one after the other, and who has yet to write them.
///
/// Stays under the lock of its encoder.
final class PictureSequence {
    /// While the screen changes, players can seek to at least one picture in this many ticks.
    private static let keyFrameInterval = 10 * VideoTime.ticksPerSecond
    /// The same while it does not. Repetitions are decoded in no time, and a key frame costs as much as all of these.
    private static let stillKeyFrameInterval = 60 * VideoTime.ticksPerSecond
    /// What may wait for a recording whose disk does not answer, in bytes.
    private static let backlogLimit = 32 << 20

    let encoder: H264Encoder
    private let converter: PixelConverter
    private var backlogs: [Int: Backlog] = [:]
    private var lastID = 0
    private var lastSerial: UInt64?
    private var lastTime: Int64 = -1
    private var lastKeyFrame: Int64?

    init(_ av: ga_libav_functions, _ format: VideoFormat) throws {
        converter = try PixelConverter(av, video: format.size)
        encoder = try H264Encoder(av, format)
    }

    func join(_ frame: PixelFrame, at instant: ContinuousClock.Instant) throws -> Int {
        if isNews(frame) { try converter.convert(frame) }
        lastID += 1
        backlogs[lastID] = Backlog()
        // Whoever begins here has nothing to refer to.
        lastKeyFrame = nil
        try encode(at: instant)
        lastSerial = max(lastSerial ?? 0, frame.serial)
        return lastID
    }

    func leave(_ id: Int) { backlogs[id] = nil }

    func append(_ frame: PixelFrame) throws {
        guard isNews(frame) else { return }
        lastSerial = frame.serial
        try converter.convert(frame)
        try encode(at: frame.capturedAt)
    }

    func repeatLast(at instant: ContinuousClock.Instant) throws {
        try encode(at: instant, keyFrameInterval: Self.stillKeyFrameInterval)
    }

    func take(for id: Int) throws(AgentError) -> [EncodedPicture] {
        guard let backlog = backlogs[id], !backlog.isOverdue else {
            throw AgentError(.insufficientStorage, "the disk did not take what was recorded in time")
        }
        backlogs[id] = Backlog()
        return backlog.pictures
    }

    /// Recordings may bring their frames in another order than they were taken in.
    private func isNews(_ frame: PixelFrame) -> Bool { lastSerial.map { frame.serial > $0 } ?? true }

    private func encode(
        at instant: ContinuousClock.Instant, keyFrameInterval: Int64 = PictureSequence.keyFrameInterval
    ) throws {
        let time = max(lastTime + 1, VideoTime.ticks(of: instant))
        let isKeyFrame = lastKeyFrame.map { time - $0 >= keyFrameInterval } ?? true
        if isKeyFrame { lastKeyFrame = time }
        lastTime = time
        let packet = try encoder.encode(converter.picture.frame, at: time, isKeyFrame: isKeyFrame)
        let picture = EncodedPicture(packet, time: time)
        for id in backlogs.keys { backlogs[id]?.add(picture, limit: Self.backlogLimit) }
    }
}

/// What has been encoded and not yet written.
struct Backlog {
    private(set) var pictures: [EncodedPicture] = []
    private(set) var isOverdue = false
    private var byteCount = 0

    /// - Parameter limit: in bytes. What exceeds it drops all, for good: there would be a gap.
    mutating func add(_ picture: EncodedPicture, limit: Int) {
        byteCount += picture.byteCount
        guard byteCount <= limit, !isOverdue else {
            (pictures, isOverdue) = ([], true)
            return
        }
        pictures.append(picture)
    }
}
