import AgentCore
import Glibc

/// The system calls of this target with errors instead of -1, and begun again when a signal interrupts them.
enum SystemCalls {
    /// `man 2 openat`. Close-on-exec is always set.
    ///
    /// - Parameters:
    ///   - directory: where a relative path begins; `nil` for the working directory.
    ///   - shown: the path that errors name, if not `path`.
    static func open(
        _ path: FilePath, in directory: Descriptor? = nil, _ flags: Int32, mode: FileMode = .newFile,
        operation: String = "open", shownAs shown: FilePath? = nil
    ) throws(AgentError) -> Descriptor {
        let start = directory?.number ?? AT_FDCWD
        let number = try check(operation, shown ?? path) {
            path.withCString { openat(start, $0, flags | O_CLOEXEC, mode.rawValue) }
        }
        return Descriptor(adopting: number)
    }

    /// `man 2 fstatat`: `nil` when there is nothing at `path`.
    static func status(
        of path: FilePath, in directory: Descriptor? = nil, followingLink: Bool
    ) throws(AgentError) -> stat? {
        var status = stat()
        let start = directory?.number ?? AT_FDCWD
        let flags = followingLink ? 0 : AT_SYMLINK_NOFOLLOW
        let result = path.withCString { fstatat(start, $0, &status, flags) }
        if result == 0 { return status }
        if errno == ENOENT { return nil }
        throw .system(errno: errno, operation: "look at", path: path.description)
    }

    /// `man 2 fstat`.
    static func status(of descriptor: Descriptor, path: FilePath) throws(AgentError) -> stat {
        var status = stat()
        try check("look at", path) { fstat(descriptor.number, &status) }
        return status
    }

    /// Runs `call` until it is not interrupted; -1 becomes an `AgentError` made of `errno`, `operation` and `path`.
    @discardableResult
    static func check<Result: FixedWidthInteger>(
        _ operation: String, _ path: FilePath, _ call: () -> Result
    ) throws(AgentError) -> Result {
        while true {
            let result = call()
            if result != -1 { return result }
            let error = errno
            if error != EINTR { throw .system(errno: error, operation: operation, path: path.description) }
        }
    }
}
