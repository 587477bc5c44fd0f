import AgentCore
import Glibc

/// An inotify descriptor with its kernel watches, given back when it is released. That may take the kernel a moment, so
/// the last holder should be on a thread that may wait.
final class InotifyInstance: Sendable {
    /// What is asked about every directory: changes of the names in it and of their contents, not of attributes.
    static let changes = IN_CREATE | IN_MODIFY | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO

    let descriptor: OwnedDescriptor

    /// - Throws: `resourceExhausted` when the user has used up its instances.
    init() throws(AgentError) {
        let number = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard number >= 0 else {
            guard errno == EMFILE else { throw .system(errno: errno, operation: "watch", path: "files") }
            throw AgentError(
                .resourceExhausted, "the system has no inotify instances left: raise fs.inotify.max_user_instances")
        }
        descriptor = OwnedDescriptor(owning: number)
    }

    /// Asks for the events in `flags`, besides those asked for already, and returns the number that tells them. The
    /// same directory has the same number.
    ///
    /// - Parameter path: what errors name.
    /// - Throws: `resourceExhausted` when the kernel gives no more watches; `permissionDenied`.
    func add(_ directory: Descriptor, _ flags: Int32, path: FilePath) throws(AgentError) -> Int32 {
        // By way of /proc, so that it is the directory that was opened, wherever it is by now.
        let watch = inotify_add_watch(
            descriptor.rawValue, "/proc/self/fd/\(directory.number)", UInt32(flags | IN_MASK_ADD | IN_ONLYDIR))
        if watch >= 0 { return watch }
        guard errno == ENOSPC else { throw .system(errno: errno, operation: "watch", path: path.description) }
        throw AgentError(
            .resourceExhausted,
            "cannot watch \(path): the system has no inotify watches left; raise fs.inotify.max_user_watches")
    }

    /// A watch that the kernel has dropped by itself is no mistake.
    func remove(_ watch: Int32) {
        inotify_rm_watch(descriptor.rawValue, watch)
    }

    /// Appends the events that are queued to `bytes` until it holds `limit` or more. Does not wait.
    func read(into bytes: inout [UInt8], limit: Int) {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 8) { buffer in
            while bytes.count < limit {
                let count = Glibc.read(descriptor.rawValue, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                bytes.append(contentsOf: buffer[..<count])
            }
        }
    }
}
