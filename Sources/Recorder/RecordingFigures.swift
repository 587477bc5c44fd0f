import Glibc

/// What a recording has done and cost so far.
package struct RecordingFigures: Sendable, Equatable {
    /// Pictures in the video. Those that show an unchanged screen on count too.
    package internal(set) var frames = 0
    /// Moments of the frame rate at which there was no time to look at the screen.
    package internal(set) var dropped = 0
    /// Processor time of the recording's own thread, in milliseconds. Of recordings that share an encoder it is the
    /// one that brings a picture first which compresses it.
    package internal(set) var processorMilliseconds = 0

    /// The processor time of the calling thread since it began (`man 2 clock_gettime`).
    static func processorMillisecondsOfThread() -> Int {
        var time = timespec()
        guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
