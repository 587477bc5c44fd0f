import Glibc

/// What `/proc` says about processes.
package enum ProcessFacts {
    /// Whether the process exists and is not defunct.
    package static func isAlive(_ pid: Int32) -> Bool {
        state(of: pid).map { $0 != "Z" } ?? false
    }

    /// The descriptors this process has open.
    package static func openDescriptorCount() -> Int {
        names(in: "/proc/self/fd").count
    }

    /// What the descriptors of this process are open on: paths, and names such as `pipe:[123]`.
    package static func openDescriptorTargets() -> [String] {
        names(in: "/proc/self/fd").compactMap { number in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX) + 1) { buffer in
                guard let start = buffer.baseAddress else { return nil }
                let length = readlink("/proc/self/fd/\(number)", start, Int(PATH_MAX))
                guard length >= 0 else { return nil }
                start[length] = 0
                return String(cString: start)
            }
        }
    }

    /// How many threads of this process have the name.
    package static func threadCount(named name: String) -> Int {
        names(in: "/proc/self/task").count { text(of: "/proc/self/task/\($0)/comm") == "\(name)\n" }
    }

    /// The children of this process that have exited and not been reaped.
    package static func defunctChildren() -> [Int32] {
        names(in: "/proc").compactMap { Int32($0) }.filter { pid in
            fields(of: pid).map { $0.state == "Z" && $0.parent == getpid() } ?? false
        }
    }

    private static func state(of pid: Int32) -> String? { fields(of: pid)?.state }

    /// From `/proc/<pid>/stat`, behind the program's name, which may hold anything (`man 5 proc`).
    private static func fields(of pid: Int32) -> (state: String, parent: Int32)? {
        guard let text = text(of: "/proc/\(pid)/stat") else { return nil }
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
        return (String(fields[0]), parent)
    }

    private static func text(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.filter { $0 != "." && $0 != ".." }
    }
}
