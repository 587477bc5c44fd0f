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
        try DirectoryStream.forEach(of: directory, path: path) { name, _ in append(name) }
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

    private mutating func append(_ name: UnsafePointer<CChar>) {
        starts.append(bytes.count)
        bytes.append(contentsOf: UnsafeBufferPointer(start: name, count: strlen(name) + 1))
    }
}
