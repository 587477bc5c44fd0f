import AgentCore
import Glibc

/// Looks at the entries of one open directory. Used by one thread.
struct EntryReader {
    private let directory: Descriptor
    private let path: FilePath
    /// The path as text with a slash at its end; `nil` where it is not UTF-8.
    private let prefix: String?
    private var names = OwnerNames()

    init(directory: Descriptor, path: FilePath) {
        self.directory = directory
        self.path = path
        prefix = path.isUTF8 ? path.description + (path.bytes.last == UInt8(ascii: "/") ? "" : "/") : nil
    }

    /// What is known of the entry, links not followed; `nil` when it has vanished.
    mutating func info(of name: UnsafePointer<CChar>) throws(AgentError) -> FileInfo? {
        var status = stat()
        guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw .system(
                errno: errno, operation: "look at", path: path.appending(FilePath(component: name)).description)
        }
        // A link that has vanished by now is shown without its target.
        let isLink = FileKind(mode: status.st_mode) == .symbolicLink
        let target = isLink ? try? SystemCalls.linkTarget(of: FilePath(component: name), in: directory) : nil
        if let prefix, let text = String(validatingCString: name) {
            return FileInfo(
                name: text, path: prefix + text, percentEncodedPath: nil, status: status, names: &names,
                linkTarget: target)
        }
        return FileInfo(
            path: path.appending(FilePath(component: name)), status: status, names: &names, linkTarget: target)
    }
}
