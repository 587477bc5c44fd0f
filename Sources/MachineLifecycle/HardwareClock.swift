import AgentCore
import Glibc

/// The clock of the machine's board (`man 4 rtc`), which goes on while a virtual machine is stopped.
struct HardwareClock {
    /// `RTC_RD_TIME` of `<linux/rtc.h>`, a macro that Swift cannot read.
    private static let readTime: UInt = 0x8024_7009

    let path: String

    /// The time, to the second; it is kept in UTC.
    ///
    /// - Throws: `AgentError` when there is no such clock or it tells no time.
    func read() throws(AgentError) -> UnixTime {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno: errno, operation: "open", path: path) }
        let clock = OwnedDescriptor(owning: descriptor)
        // `struct rtc_time` is a `struct tm` without the fields behind the first nine.
        var time = tm()
        guard ioctl(clock.rawValue, Self.readTime, &time) == 0 else {
            throw .system(errno: errno, operation: "read", path: path)
        }
        return UnixTime(seconds: Int64(timegm(&time)), nanoseconds: 0)
    }
}
