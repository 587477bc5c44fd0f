import AgentCore
import Glibc

/// A directory, open and watched: what is read of it is what is told of.
struct WatchedDirectory {
    private static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC

    let watch: Int32
    /// Of its file system.
    private let device: dev_t
    private let descriptor: Descriptor
    /// For messages.
    private let path: FilePath

    /// Opens and watches the directory at `path`, unless a link is there. Blocks.
    ///
    /// - Returns: `nil` when there is no directory.
    /// - Throws: `resourceExhausted` when the kernel gives no more watches; `permissionDenied`; `invalidArgument` for a
    ///   path longer than the kernel takes.
    init?(at path: FilePath, in inotify: InotifyInstance) throws(AgentError) {
        guard let descriptor = try Self.open(path, from: AT_FDCWD, shownAs: path) else { return nil }
        let status = try SystemCalls.status(of: descriptor, path: path)
        watch = try inotify.add(descriptor, InotifyInstance.changes, path: path)
        device = status.st_dev
        self.descriptor = descriptor
        self.path = path
    }

    enum Lookup {
        case found(WatchedDirectory)
        case absent
        /// The kernel tells no changes there: `/proc` and the like.
        case excluded
    }

    /// Looks for a directory in this one, and watches it. Throws as `init` does.
    func directory(_ name: [UInt8], in inotify: InotifyInstance) throws(AgentError) -> Lookup {
        let shown = path.appending(component: name)
        let component = try FilePath(bytes: name)
        guard let found = try Self.open(component, from: descriptor.number, shownAs: shown) else { return .absent }
        let status = try SystemCalls.status(of: found, path: shown)
        if status.st_dev != device, PseudoFileSystem.holds(found) { return .excluded }
        let watch = try inotify.add(found, InotifyInstance.changes, path: shown)
        return .found(WatchedDirectory(watch: watch, device: status.st_dev, descriptor: found, path: shown))
    }

    private init(watch: Int32, device: dev_t, descriptor: Descriptor, path: FilePath) {
        self.watch = watch
        self.device = device
        self.descriptor = descriptor
        self.path = path
    }

    private static func open(_ path: FilePath, from start: Int32, shownAs shown: FilePath) throws(AgentError)
        -> Descriptor?
    {
        let number = path.withCString { openat(start, $0, flags) }
        if number >= 0 { return Descriptor(adopting: number) }
        if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return nil }
        throw .system(errno: errno, operation: "watch", path: shown.description)
    }

    /// What is in it now. To be called once.
    func entries() throws(AgentError) -> [DirectoryEntry] {
        try DirectoryEntry.entries(of: descriptor, path: path)
    }
}
