import Glibc

/// One line of the kernel's table of processes (`man 5 proc`, /proc/pid/stat).
struct ProcessEntry: Equatable {
    let pid: pid_t
    let parent: pid_t
    let group: pid_t
    let session: pid_t
    /// Exited and not reaped.
    let isDefunct: Bool
    /// Used by it and by those of its children that it has reaped, user and system, in clock ticks.
    let ticks: UInt64
    /// In pages.
    let residentPages: Int

    /// Reads the text of /proc/pid/stat; `nil` for what does not look like it.
    init?(pid: pid_t, stat text: some StringProtocol) {
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
        isDefunct = fields[0] == "Z" || fields[0] == "X"
        ticks = fields[11...14].reduce(0) { $0 + (UInt64($1) ?? 0) }
        residentPages = pages
    }
}

/// The kernel's table of processes. Reading it takes some 10 µs for each process of the machine, and may block.
enum ProcessTable {
    static func entries() -> [ProcessEntry] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var entries: [ProcessEntry] = []
        while let item = readdir(directory) {
            let name = withUnsafePointer(to: &item.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let pid = pid_t(name), let text = stat(of: name) else { continue }
            if let entry = ProcessEntry(pid: pid, stat: text) { entries.append(entry) }
        }
        return entries
    }

    /// `nil` for a process that has gone meanwhile.
    private static func stat(of name: String) -> String? {
        let descriptor = open("/proc/\(name)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 2048, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
        }
    }
}
