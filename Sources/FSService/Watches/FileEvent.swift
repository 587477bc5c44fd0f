/// Something that happened to a name below a watch.
package struct FileEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The name is new, also as the second half of a rename.
        case create
        /// The content changed, or the file was replaced as a whole by a staged write of the agent.
        case write
        case delete
        /// The name is gone, for the file has another one now, here or elsewhere.
        case rename
        /// Changes below the path may have been missed: look there.
        case overflow
    }

    package let kind: Kind
    package let isDirectory: Bool
    /// Shared with the other events of the directory, for there may be very many.
    private let directory: FilePath
    /// `nil` when the event is about `directory` itself.
    private let component: [UInt8]?
    /// Where both names of a rename are below the watch: of a `rename` the new path, of a `create` the old one.
    package let counterpart: FilePath?

    init(
        _ kind: Kind, _ component: [UInt8]?, in directory: FilePath, isDirectory: Bool, counterpart: FilePath? = nil
    ) {
        self.kind = kind
        self.component = component
        self.directory = directory
        self.isDirectory = isDirectory
        self.counterpart = counterpart
    }

    /// The path that was asked to be watched, with the names below appended.
    package var path: FilePath { component.map { directory.appending(component: $0) } ?? directory }

    /// The last component of `path`. Bytes that are no UTF-8 show as U+FFFD.
    package var name: String { String(decoding: component ?? Array(directory.lastComponent), as: UTF8.self) }

    /// What the event takes in memory: its own storage, rounded up, and its strings.
    var footprint: Int { 128 + (component?.count ?? 0) + (counterpart?.bytes.count ?? 0) }
}
