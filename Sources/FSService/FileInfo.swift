package import AgentCore
import Glibc

/// What is known of a file without opening it.
package struct FileInfo: Sendable, Hashable {
    /// The last component of the path. Names need not be UTF-8; bytes that are not show as U+FFFD, and such a name
    /// cannot be used to open the file.
    package let name: String
    /// The path as it was asked for, or for an entry of a listing that of the directory with the name appended.
    package let path: String
    /// The path byte for byte, percent-encoded (RFC 3986 §2.1): only where it is not UTF-8, and `path` therefore does
    /// not lead to the file.
    package let percentEncodedPath: String?
    package let kind: FileKind
    /// In bytes; 0 for directories.
    package let size: Int64
    package let modificationTime: UnixTime
    package let mode: FileMode
    package let userID: UInt32
    package let groupID: UInt32
    /// The name of the user the file belongs to, or the number where no name is known.
    package let owner: String
    /// As `owner`, for the group.
    package let group: String
    /// What a symbolic link holds; `nil` for everything else.
    package let linkTarget: String?

    package var isDirectory: Bool { kind == .directory }

    init(path: FilePath, status: stat, names: inout OwnerNames, linkTarget: FilePath? = nil) {
        self.init(
            name: String(decoding: path.lastComponent, as: UTF8.self), path: path.description,
            percentEncodedPath: path.isUTF8 ? nil : path.percentEncoded, status: status, names: &names,
            linkTarget: linkTarget)
    }

    init(
        name: String, path: String, percentEncodedPath: String?, status: stat, names: inout OwnerNames,
        linkTarget: FilePath?
    ) {
        self.name = name
        self.path = path
        self.percentEncodedPath = percentEncodedPath
        kind = FileKind(mode: status.st_mode)
        size = kind == .directory ? 0 : Int64(status.st_size)
        modificationTime = UnixTime(status.st_mtim)
        mode = FileMode(rawValue: status.st_mode)
        userID = status.st_uid
        groupID = status.st_gid
        owner = names.user(status.st_uid)
        group = names.group(status.st_gid)
        self.linkTarget = linkTarget?.description
    }
}
