import Glibc

/// One line of a followed file.
package struct LogLine: Sendable, Equatable {
    /// When the line was read, since 1970-01-01T00:00:00Z.
    package let timestamp: Duration
    /// Without its line feed; a carriage return stays. What is not UTF-8 is replaced by U+FFFD.
    package let message: String

    package init(timestamp: Duration, message: String) {
        self.timestamp = timestamp
        self.message = message
    }
}

extension LogLine {
    /// The time of the system's clock, as `timestamp` counts it.
    package static func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
