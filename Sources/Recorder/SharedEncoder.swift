import AgentCore
import CLibAV
import ScreenCapture
import Synchronization

/// The way from pictures of the screen to compressed ones, for all recordings of one format: each picture is converted
/// and compressed once, by whichever recording brings it first.
///
/// SAFETY: `pictures` is used within `lock` only, but for what does not change once the encoder is open.
final class SharedEncoder: @unchecked Sendable {
    private let lock = Mutex(())
    private let pictures: PictureSequence

    /// Throws as `H264Encoder`.
    init(_ format: VideoFormat) throws { pictures = try PictureSequence(LibAV.load(), format) }

    /// Adds a recording, whose first picture is a frame as of `instant`.
    func join(_ frame: PixelFrame, at instant: ContinuousClock.Instant) throws -> EncoderMembership {
        let id = try lock.withLock { _ in try pictures.join(frame, at: instant) }
        return EncoderMembership(id: id, of: self)
    }

    func leave(_ id: Int) { lock.withLock { _ in pictures.leave(id) } }

    /// Adds a picture of the screen, unless a recording has done so.
    func append(_ frame: PixelFrame) throws {
        try lock.withLock { _ in try pictures.append(frame) }
    }

    /// Shows the last picture on.
    func repeatLast(at instant: ContinuousClock.Instant) throws {
        try lock.withLock { _ in try pictures.repeatLast(at: instant) }
    }

    /// What has been encoded since the last call for that recording.
    func takePictures(for id: Int) throws(AgentError) -> [EncodedPicture] {
        try lock.withLock { _ throws(AgentError) in try pictures.take(for: id) }
    }

    /// Lends the encoder, for its parameter sets: they are those of the moment it was opened.
    func withEncoder<Result>(_ body: (H264Encoder) throws -> Result) rethrows -> Result {
        try body(pictures.encoder)
    }
}

/// The part of a recording in its encoder. Ends when it is released.
final class EncoderMembership: Sendable {
    let encoder: SharedEncoder
    private let id: Int

    fileprivate init(id: Int, of encoder: SharedEncoder) { (self.id, self.encoder) = (id, encoder) }

    deinit { encoder.leave(id) }

    /// What has been encoded since the last call, the first picture to begin with.
    func takePictures() throws(AgentError) -> [EncodedPicture] { try encoder.takePictures(for: id) }
}

/// The encoders in use. They end with their last recording.
final class EncoderPool: Sendable {
    private struct Reference {
        weak var encoder: SharedEncoder?
    }

    private let references = Mutex<[VideoFormat: Reference]>([:])

    /// Blocks for some milliseconds while an encoder is opened. Throws as `H264Encoder`.
    func encoder(for format: VideoFormat) throws -> SharedEncoder {
        try references.withLock { references in
            references = references.filter { $0.value.encoder != nil }
            if let encoder = references[format]?.encoder { return encoder }
            let encoder = try SharedEncoder(format)
            references[format] = Reference(encoder: encoder)
            return encoder
        }
    }
}
