/// What all commands and processes of clients may use together, so that one that runs away takes neither the agent nor
/// the browser down. `nil` is no limit.
package struct CommandCeilings: Sendable, Equatable {
    /// In bytes, the page cache of what they read and write included. Beyond it the kernel ends one of them.
    package var memory: Int?
    /// In percent of one processor: 150 is one and a half. Beyond it they wait.
    package var processor: Int?
    /// Processes and threads. Beyond it they cannot start more.
    package var tasks: Int?

    package init(memory: Int? = nil, processor: Int? = nil, tasks: Int? = nil) {
        self.memory = memory
        self.processor = processor
        self.tasks = tasks
    }

    /// As the kernel's controllers are told.
    var limits: [ControlGroupLimit] {
        [
            memory.map(ControlGroupLimit.memory(bytes:)), processor.map(ControlGroupLimit.processor(percent:)),
            tasks.map(ControlGroupLimit.tasks(count:)),
        ].compactMap { $0 }
    }
}

/// One limit and the files of a control group that it is written to (kernel documentation, cgroup-v1 and cgroup-v2).
struct ControlGroupLimit {
    struct File {
        let name: String
        let value: String
    }

    let controller: String
    let version1: [File]
    let version2: [File]

    static func memory(bytes: Int) -> ControlGroupLimit {
        ControlGroupLimit(
            controller: "memory", version1: [File(name: "memory.limit_in_bytes", value: "\(bytes)")],
            version2: [File(name: "memory.max", value: "\(bytes)")])
    }

    static func processor(percent: Int) -> ControlGroupLimit {
        /// Microseconds in which a share of the processors is given out: the kernel's own default.
        let period = 100_000
        let quota = period * percent / 100
        return ControlGroupLimit(
            controller: "cpu",
            version1: [
                File(name: "cpu.cfs_period_us", value: "\(period)"), File(name: "cpu.cfs_quota_us", value: "\(quota)"),
            ],
            version2: [File(name: "cpu.max", value: "\(quota) \(period)")])
    }

    static func tasks(count: Int) -> ControlGroupLimit {
        let file = File(name: "pids.max", value: "\(count)")
        return ControlGroupLimit(controller: "pids", version1: [file], version2: [file])
    }
}
