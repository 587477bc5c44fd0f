import AgentCore
import Glibc

/// A name in a directory, and of what kind it is.
struct DirectoryEntry: Sendable {
    let name: [UInt8]
    /// Of the name itself: links are not followed.
    let kind: FileKind

    /// All but `.` and `..`, smallest byte string first. The position of `directory` must be at the beginning, and is
    /// at the end then.
    static func entries(of directory: Descriptor, path: FilePath) throws(AgentError) -> [DirectoryEntry] {
        let own = try SystemCalls.check("list", path) { fcntl(directory.number, F_DUPFD_CLOEXEC, 0) }
        guard let stream = fdopendir(own) else {
            let error = errno
            close(own)
            throw .system(errno: error, operation: "list", path: path.description)
        }
        defer { closedir(stream) }
        var entries: [DirectoryEntry] = []
        // `readdir` returns nil at the end and on failure alike; only `errno` tells them apart (`man 3 readdir`).
        errno = 0
        while let entry = readdir(stream) {
            if let entry = DirectoryEntry(entry, in: directory) { entries.append(entry) }
            errno = 0
        }
        if errno != 0 { throw .system(errno: errno, operation: "list", path: path.description) }
        return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    private init?(_ entry: UnsafeMutablePointer<dirent>, in directory: Descriptor) {
        // The kernel's record is only as long as its name, so the name is read in place: a copy of the C struct would
        // read past it.
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        if strcmp(start, ".") == 0 || strcmp(start, "..") == 0 { return nil }
        name = Array(UnsafeRawBufferPointer(start: start, count: strlen(start)))
        if let kind = FileKind(directoryEntryType: entry.pointee.d_type) {
            self.kind = kind
        } else {
            // Some file systems do not say.
            var status = stat()
            guard fstatat(directory.number, start, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
            kind = FileKind(mode: status.st_mode)
        }
    }
}

extension FileKind {
    /// `nil` for DT_UNKNOWN (`man 3 readdir`).
    fileprivate init?(directoryEntryType type: UInt8) {
        switch Int(type) {
        case DT_REG: self = .regular
        case DT_DIR: self = .directory
        case DT_LNK: self = .symbolicLink
        case DT_FIFO: self = .fifo
        case DT_SOCK: self = .socket
        case DT_CHR: self = .characterDevice
        case DT_BLK: self = .blockDevice
        default: return nil
        }
    }
}
