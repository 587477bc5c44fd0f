import AgentCore

/// What a client asks of a recording.
package struct RecordingParameters: Sendable, Equatable {
    /// Frames per second at most; nothing is encoded while nothing changes.
    package let frameRate: Int
    /// The recording ends by itself at this size. In MB of 1,000,000 bytes.
    package let maximumSizeInMB: Int
    /// The recording ends by itself after this many seconds.
    package let maximumDuration: Int?

    /// - Throws: `invalidArgument` naming the field that is out of range.
    package init(frameRate: Int, maximumSizeInMB: Int, maximumDuration: Int?) throws {
        guard (1...20).contains(frameRate) else {
            throw AgentError.invalidArgument("framerate is \(frameRate); it must be from 1 to 20")
        }
        guard (1...10_000).contains(maximumSizeInMB) else {
            throw AgentError.invalidArgument("maxFileSizeInMB is \(maximumSizeInMB); it must be from 1 to 10000")
        }
        guard maximumDuration.map({ $0 >= 1 && $0 <= 1_000_000 }) ?? true else {
            throw AgentError.invalidArgument("maxDurationInSeconds must be from 1 to 1000000")
        }
        self.frameRate = frameRate
        self.maximumSizeInMB = maximumSizeInMB
        self.maximumDuration = maximumDuration
    }
}
