// Wire values of /fs/*.

package struct FileInfoResponse: Codable, Sendable {
    let name: String
    let path: String
    /// Bytes; 0 for directories.
    let size: Int
    let isDirectory: Bool
    let modificationTime: Timestamp
    /// Ten characters or more, as `-rwxr-xr-x`.
    let mode: String

    package init(
        name: String, path: String, size: Int, isDirectory: Bool, modificationTime: Timestamp, mode: String
    ) {
        self.name = name
        self.path = path
        self.size = size
        self.isDirectory = isDirectory
        self.modificationTime = modificationTime
        self.mode = mode
    }

    enum CodingKeys: String, CodingKey {
        case name, path, mode
        case size = "size_bytes"
        case isDirectory = "is_dir"
        case modificationTime = "mod_time"
    }
}
