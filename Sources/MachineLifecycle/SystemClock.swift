package import AgentCore
import Glibc

/// The wall clock of the machine.
package enum SystemClock {
    /// Sets it to `time`.
    ///
    /// - Returns: how far it has gone forward; negative where it has gone back.
    /// - Throws: `permissionDenied` when the agent may not set it (`man 7 capabilities`, CAP_SYS_TIME).
    package static func set(to time: UnixTime) throws(AgentError) -> Duration {
        let step = time - .now
        var value = timespec(tv_sec: Int(time.seconds), tv_nsec: time.nanoseconds)
        guard clock_settime(CLOCK_REALTIME, &value) == 0 else {
            throw .system(errno: errno, operation: "set", path: "the clock")
        }
        return step
    }
}

extension UnixTime {
    static func - (later: UnixTime, earlier: UnixTime) -> Duration {
        .seconds(later.seconds - earlier.seconds) + .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }
}
