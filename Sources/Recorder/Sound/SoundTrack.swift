import AgentCore
import CLibAV

/// The way from recorded sound into the file: in step with the recording's clock, compressed.
///
/// Stays on the thread of its session.
final class SoundTrack {
    let encoder: AACEncoder
    private let queue: SoundQueue
    private let start: ContinuousClock.Instant
    private var clock = SoundClock()

    /// - Parameter start: time zero of the video.
    init(_ av: ga_libav_functions, from queue: SoundQueue, start: ContinuousClock.Instant) throws {
        encoder = try AACEncoder(av)
        (self.queue, self.start) = (queue, start)
    }

    /// What has been heard since the last call, but nothing from `end` on, in ticks of the video.
    func packets(before end: Int64 = .max) throws -> [AACEncoder.Packet] {
        var packets: [AACEncoder.Packet] = []
        for chunk in queue.takeAll() {
            packets += try encoder.encode(clock.place(chunk.samples, at: (chunk.time - start) / .seconds(1)))
        }
        return packets.filter { $0.time * VideoTime.ticksPerSecond / SoundFormat.rate < end }
    }
}
