import AgentCore
import Glibc

/// The names in a directory, smallest byte string first.
///
/// Kept as C strings one after another in one array: a name costs its bytes and an index, and sorting moves indices
/// only.
struct DirectoryNames: Sendable {
    private var bytes: [CChar] = []
    private var starts: [Int] = []

    var count: Int { starts.count }

    /// Reads all names but `.` and `..`. `directory` stays open; its position is shared and must be at the beginning.
    init(reading directory: Descriptor, path: FilePath) throws(AgentError) {
        let own = try SystemCalls.check("list", path) { fcntl(directory.number, F_DUPFD_CLOEXEC, 0) }
        guard let stream = fdopendir(own) else {
            let error = errno
            close(own)
            throw .system(errno: error, operation: "list", path: path.description)
        }
        defer { closedir(stream) }
        // `readdir` returns nil at the end and on failure alike; only `errno` tells them apart (`man 3 readdir`).
        errno = 0
        while let entry = readdir(stream) {
            append(entry)
            errno = 0
        }
        if errno != 0 { throw .system(errno: errno, operation: "list", path: path.description) }
        sort()
    }

    /// Lends the names at `positions` in turn. The pointers must not escape.
    func forEach(in positions: Range<Int>, _ body: (UnsafePointer<CChar>) -> Void) {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for start in starts[positions] { body(base + start) }
        }
    }

    /// The name at `position`, in order.
    subscript(position: Int) -> FilePath {
        bytes[starts[position]...].withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("a name has at least its NUL") }
            return FilePath(component: start)
        }
    }

    private mutating func sort() {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            // `strcmp` compares as unsigned bytes, whatever the locale (`man 3 strcmp`).
            starts.sort { strcmp(base + $0, base + $1) < 0 }
        }
    }

    private mutating func append(_ entry: UnsafeMutablePointer<dirent>) {
        // The kernel's record is only as long as its name, so the name is read in place: a copy of the C struct would
        // read past it.
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        let length = strlen(name)
        if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return }
        starts.append(bytes.count)
        bytes.append(contentsOf: UnsafeBufferPointer(start: name, count: length + 1))
    }
}
