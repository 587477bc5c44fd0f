import AgentCore
import Glibc
import Synchronization

/// What a process uses of the machine, together with everything in its session and group.
package struct ResourceUsage: Sendable, Equatable {
    /// Percent of one processor, since the call before this one or, at the first, since the process was started.
    package let cpuPercent: Double
    /// Resident memory in bytes; what processes share counts for each of them.
    package let memory: Int
}

/// Measures what a process uses between one call and the next.
final class UsageMeter: Sendable {
    private struct Reading {
        var time: ContinuousClock.Instant
        var ticks: UInt64
        var percent: Double
    }

    /// Readings closer together than this are worth nothing: the kernel counts in ticks of 10 ms.
    private static let shortestInterval = Duration.milliseconds(100)
    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    private let last = Mutex(Reading(time: .now, ticks: 0, percent: 0))

    /// Reads the kernel's table of processes, so it may block.
    ///
    /// - Parameter leader: of the session and the group.
    func read(leader: pid_t) -> ResourceUsage {
        let members = ProcessTable.entries().filter { $0.session == leader || $0.group == leader }
        let ticks = members.reduce(0) { $0 + $1.ticks }
        let pages = members.reduce(0) { $0 + $1.residentPages }
        return ResourceUsage(cpuPercent: percent(ticks: ticks), memory: pages * Self.pageSize)
    }

    private func percent(ticks: UInt64) -> Double {
        let now = ContinuousClock.now
        return last.withLock { last in
            let interval = now - last.time
            guard interval >= Self.shortestInterval || last.ticks == 0 else { return last.percent }
            // A member that went without being waited for takes its ticks along.
            let used = Double(ticks > last.ticks ? ticks - last.ticks : 0) / Self.ticksPerSecond
            let percent = used / (interval / Duration.seconds(1)) * 100
            last = Reading(time: now, ticks: ticks, percent: (percent * 100).rounded() / 100)
            return last.percent
        }
    }
}
