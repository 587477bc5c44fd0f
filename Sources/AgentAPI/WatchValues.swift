// Wire values of /fs/watch.

package struct StartWatchRequest: Codable, Sendable {
    package let path: String
    package let recursive: Bool?
}

package struct WatchResponse: Codable, Sendable {
    let watchID: String

    package init(watchID: String) {
        self.watchID = watchID
    }

    enum CodingKeys: String, CodingKey {
        case watchID = "watch_id"
    }
}

/// What happened to one name.
package struct FileEventResponse: Sendable {
    package enum Kind: Sendable {
        case create, write, delete, rename, overflow

        fileprivate var text: String {
            switch self {
            case .create: "CREATE"
            case .write: "WRITE"
            case .delete: "DELETE"
            case .rename: "RENAME"
            case .overflow: "OVERFLOW"
            }
        }
    }

    let kind: Kind
    let name: String
    let path: String
    /// Only where `path` is not UTF-8: its bytes, percent-encoded, as a query parameter takes them.
    let percentEncodedPath: String?
    let isDirectory: Bool
    /// Of a rename, if it is known.
    let newPath: String?
    /// Of what has its name by a rename, if it is known.
    let oldPath: String?

    package init(
        kind: Kind, name: String, path: String, percentEncodedPath: String?, isDirectory: Bool, newPath: String?,
        oldPath: String?
    ) {
        self.kind = kind
        self.name = name
        self.path = path
        self.percentEncodedPath = percentEncodedPath
        self.isDirectory = isDirectory
        self.newPath = newPath
        self.oldPath = oldPath
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", kind.text)
            json.field("name", name)
            json.field("path", path)
            json.field("is_dir", isDirectory)
            if let percentEncodedPath { json.field("path_encoded", percentEncodedPath) }
            if let newPath { json.field("new_path", newPath) }
            if let oldPath { json.field("old_path", oldPath) }
        }
    }
}
