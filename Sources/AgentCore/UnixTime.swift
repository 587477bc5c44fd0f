package import Glibc

/// A moment of the wall clock. Not for measuring: the clock may be set.
package struct UnixTime: Sendable, Hashable {
    /// Since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    /// 0…999,999,999.
    package let nanoseconds: Int

    package init(seconds: Int64, nanoseconds: Int) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// As the kernel tells times: of a clock, of a file.
    package init(_ time: timespec) {
        self.init(seconds: Int64(time.tv_sec), nanoseconds: time.tv_nsec)
    }

    package static var now: UnixTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UnixTime(time)
    }
}
