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
    package let modificationTime: FileTime
    package let mode: FileMode

    package var isDirectory: Bool { kind == .directory }

    init(name: String, path: String, status: stat) {
        self.name = name
        self.path = path
        kind = FileKind(mode: status.st_mode)
        size = kind == .directory ? 0 : Int64(status.st_size)
        modificationTime = FileTime(status.st_mtim)
        mode = FileMode(rawValue: status.st_mode)
    }
}

/// A point in time as file systems keep it: since 1970-01-01T00:00:00Z, leap seconds not counted.
package struct FileTime: Sendable, Hashable {
    package let seconds: Int64
    /// 0 through 999,999,999.
    package let nanoseconds: Int32

    package init(seconds: Int64, nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    init(_ time: timespec) {
        self.init(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }
}
