package import Glibc

/// One line of the kernel's table of processes (`man 5 proc`, /proc/pid/stat).
package struct ProcessEntry: Equatable, Sendable {
    package enum State: Sendable {
        /// Running, waiting for a processor, or for a disk.
        case busy
        /// Waiting for something to happen.
        case asleep
        /// By a signal or by a debugger.
        case stopped
        /// Exited and not reaped.
        case defunct
    }

    package let pid: pid_t
    package let parent: pid_t
    package let group: pid_t
    package let session: pid_t
    /// Of its first thread.
    package let state: State
    /// Used by it and by those of its children that it has reaped, user and system, in clock ticks.
    package let ticks: UInt64
    /// In pages.
    package let residentPages: Int

    /// Reads the text of /proc/pid/stat; `nil` for what does not look like it.
    package init?(pid: pid_t, stat text: some StringProtocol) {
        // The program's name stands in parentheses and may hold anything, parentheses too.
        guard let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        guard fields.count > 21, let parent = pid_t(fields[1]), let group = pid_t(fields[2]),
            let session = pid_t(fields[3]), let pages = Int(fields[21])
        else { return nil }
        self.pid = pid
        self.parent = parent
        self.group = group
        self.session = session
        state =
            switch fields[0] {
            case "S", "I": .asleep
            case "T", "t": .stopped
            case "Z", "X": .defunct
            default: .busy
            }
        ticks = fields[11...14].reduce(0) { $0 + (UInt64($1) ?? 0) }
        residentPages = pages
    }
}

/// The kernel's table of processes. Reading it takes some 10 µs for each process, and may block.
package enum ProcessTable {
    package static func entries() -> [ProcessEntry] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var entries: [ProcessEntry] = []
        while let item = readdir(directory) {
            let name = withUnsafePointer(to: &item.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = pid_t(name), let entry = entry(of: pid) { entries.append(entry) }
        }
        return entries
    }

    /// `nil` for a process that is not there.
    package static func entry(of pid: pid_t) -> ProcessEntry? {
        let descriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 2048, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            return count > 0 ? ProcessEntry(pid: pid, stat: String(decoding: buffer.prefix(count), as: UTF8.self)) : nil
        }
    }
}
