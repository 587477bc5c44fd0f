// Wire values of /fs/*.

package struct FileInfoResponse: Codable, Sendable, Equatable {
    let name: String
    let path: String
    /// Only where `path` is not UTF-8: its bytes, percent-encoded, as a query parameter takes them.
    let percentEncodedPath: String?
    /// Bytes; 0 for directories.
    let size: Int
    let isDirectory: Bool
    let modificationTime: Timestamp
    /// Ten characters or more, as `-rwxr-xr-x`.
    let mode: String
    /// As `chmod` takes it: four octal digits.
    let octalMode: String?
    /// The name, or the number where there is no name.
    let owner: String?
    let group: String?
    let userID: Int?
    let groupID: Int?
    /// What a symbolic link holds.
    let linkTarget: String?

    package init(
        name: String, path: String, percentEncodedPath: String?, size: Int, isDirectory: Bool,
        modificationTime: Timestamp, mode: String, octalMode: String, owner: String, group: String, userID: Int,
        groupID: Int, linkTarget: String?
    ) {
        self.name = name
        self.path = path
        self.percentEncodedPath = percentEncodedPath
        self.size = size
        self.isDirectory = isDirectory
        self.modificationTime = modificationTime
        self.mode = mode
        self.octalMode = octalMode
        self.owner = owner
        self.group = group
        self.userID = userID
        self.groupID = groupID
        self.linkTarget = linkTarget
    }

    enum CodingKeys: String, CodingKey {
        case name, path, mode, owner, group
        case percentEncodedPath = "path_encoded"
        case size = "size_bytes"
        case isDirectory = "is_dir"
        case modificationTime = "mod_time"
        case octalMode = "mode_octal"
        case userID = "uid"
        case groupID = "gid"
        case linkTarget = "symlink_target"
    }
}

extension FileInfoResponse {
    /// Writes what `Codable` would, for listings.
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("path", path)
            if let percentEncodedPath { json.field("path_encoded", percentEncodedPath) }
            json.field("size_bytes", size)
            json.field("is_dir", isDirectory)
            json.field("mod_time", modificationTime)
            json.field("mode", mode)
            if let octalMode { json.field("mode_octal", octalMode) }
            if let owner { json.field("owner", owner) }
            if let group { json.field("group", group) }
            if let userID { json.field("uid", userID) }
            if let groupID { json.field("gid", groupID) }
            if let linkTarget { json.field("symlink_target", linkTarget) }
        }
    }
}

package struct PathRequest: Codable, Sendable {
    package let path: String
}

package struct CreateDirectoryRequest: Codable, Sendable {
    package let path: String
    /// Three or four octal digits; 755 when left out.
    package let mode: String?
}

package struct SetFilePermissionsRequest: Codable, Sendable {
    package let path: String
    package let mode: String
    /// A name, or a number in digits. Not touched when left out.
    package let owner: String?
    package let group: String?
}

package struct MoveRequest: Codable, Sendable {
    package let source: String
    package let destination: String

    enum CodingKeys: String, CodingKey {
        case source = "src_path"
        case destination = "dest_path"
    }
}
