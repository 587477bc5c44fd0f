package import AgentCore
import Glibc

/// What is known of a file without opening it.
package struct FileInfo: Sendable, Hashable {
    /// The last component of the path. Names need not be UTF-8; bytes that are not show as U+FFFD, and such a name
    /// cannot be used to open the file.
    package let name: String
    /// The path as it was asked for, or for an entry of a listing that of the directory with the name appended.
    package let path: String
    package let kind: FileKind
    /// In bytes; 0 for directories.
    package let size: Int64
    package let modificationTime: UnixTime
    package let mode: FileMode

    package var isDirectory: Bool { kind == .directory }

    init(name: String, path: String, status: stat) {
        self.name = name
        self.path = path
        kind = FileKind(mode: status.st_mode)
        size = kind == .directory ? 0 : Int64(status.st_size)
        modificationTime = UnixTime(status.st_mtim)
        mode = FileMode(rawValue: status.st_mode)
    }
}
