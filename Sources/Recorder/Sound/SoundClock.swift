/// Keeps sound in step with the clock of the recording.
///
/// A sound card has a clock of its own: after an hour it may have given some thousand frames more or fewer than an
/// hour of ours has. What was lost on the way is missing too. So every chunk is put where its time says: small
/// differences are made up for by stretching it, by less than anybody hears, large ones by silence or by leaving
/// something out.
struct SoundClock {
    /// Differences that are heard as such, in frames: a quarter of a second is made up for at once.
    private static let jump = Double(SoundFormat.rate) / 4
    /// Differences that are left alone.
    private static let tolerance = Double(SoundFormat.rate) / 100
    /// Times of single chunks vary by some milliseconds; a difference counts once it has lasted for a second or so.
    private static let smoothing = 0.02
    /// By how much of its length a chunk is stretched at most.
    private static let stretch = 1.0 / 200

    /// Frames given out so far.
    private(set) var position: Int64 = 0
    private var difference = 0.0

    /// Puts a chunk where it belongs.
    ///
    /// - Parameters:
    ///   - samples: of interleaved channels.
    ///   - time: of the first frame, in seconds since the recording began.
    ///
    /// Returns what comes next in the file: `position` frames were before it.
    mutating func place(_ samples: [Float], at time: Double) -> [Float] {
        let error = time * Double(SoundFormat.rate) - Double(position)
        let frames = samples.count / SoundFormat.channels
        let placed: [Float]
        if position == 0 || abs(error) > Self.jump {
            difference = 0
            placed = Self.shift(samples, by: Int(error))
        } else {
            difference += (error - difference) * Self.smoothing
            let limit = Double(frames) * Self.stretch
            let change = abs(difference) > Self.tolerance ? Int(min(max(difference, -limit), limit)) : 0
            difference -= Double(change)
            placed = Self.resample(samples, to: frames + change)
        }
        position += Int64(placed.count / SoundFormat.channels)
        return placed
    }

    /// Silence in front, or a part of the front left out.
    private static func shift(_ samples: [Float], by frames: Int) -> [Float] {
        let count = frames * SoundFormat.channels
        return count >= 0
            ? [Float](repeating: 0, count: count) + samples : Array(samples.dropFirst(-count))
    }

    private static func resample(_ samples: [Float], to target: Int) -> [Float] {
        let frames = samples.count / SoundFormat.channels
        guard target != frames, frames > 1, target > 1 else { return samples }
        let step = Double(frames - 1) / Double(target - 1)
        var result: [Float] = []
        result.reserveCapacity(target * SoundFormat.channels)
        for index in 0..<target {
            let place = Double(index) * step
            let left = min(Int(place), frames - 2)
            let weight = Float(place - Double(left))
            for sample in left * SoundFormat.channels..<(left + 1) * SoundFormat.channels {
                result.append(samples[sample] + (samples[sample + SoundFormat.channels] - samples[sample]) * weight)
            }
        }
        return result
    }
}
