import Glibc
import NIOPosix

/// What the kernel tells about this process (`man 5 proc`). Each is looked up on a thread that may wait.
enum ProcessFacts {
    /// In bytes.
    static func residentMemory() async -> Double? {
        await lookUp { field("VmRSS:", in: "/proc/self/status").map { $0 * 1024 } }
    }

    static func threads() async -> Double? {
        await lookUp { field("Threads:", in: "/proc/self/status") }
    }

    static func openDescriptors() async -> Double? {
        // The one that looks is not counted.
        await lookUp { entries(of: "/proc/self/fd").map { Double($0.count - 1) } }
    }

    static func children() async -> Double? {
        await lookUp {
            entries(of: "/proc/self/task")?.reduce(0) { count, thread in
                let line = text(of: "/proc/self/task/\(thread)/children") ?? ""
                return count + Double(line.split(separator: " ").count)
            }
        }
    }

    private static func lookUp(_ body: @escaping @Sendable () -> Double?) async -> Double? {
        try? await NIOThreadPool.singleton.runIfActive(body)
    }

    private static func field(_ name: String, in path: String) -> Double? {
        let line = text(of: path)?.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
    }

    /// Its first 16 KiB, which is more than any of these files has.
    private static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let capacity = 16 << 10
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            count = max(0, read(descriptor, buffer.baseAddress, capacity))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func entries(of path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
