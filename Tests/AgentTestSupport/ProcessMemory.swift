import Glibc

/// What the kernel knows of this process's memory.
package enum ProcessMemory {
    /// Whether it says what the code under test holds: the address sanitizer keeps what is freed.
    package static let isOurs = dlsym(nil, "__asan_init") == nil

    /// Bytes in memory (`man 5 proc`, statm).
    package static func resident() throws -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { throw Unreadable() }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, 128, file) != nil else { throw Unreadable() }
        let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { throw Unreadable() }
        return pages * Int(getpagesize())
    }

    private struct Unreadable: Error {}
}
