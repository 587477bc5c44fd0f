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
        var entries: [DirectoryEntry] = []
        try DirectoryStream.forEach(of: directory, path: path) { name, entry in
            if let entry = DirectoryEntry(name, entry, in: directory) { entries.append(entry) }
        }
        return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// `nil` when it has vanished.
    private init?(_ start: UnsafePointer<CChar>, _ entry: UnsafeMutablePointer<dirent>, in directory: Descriptor) {
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
