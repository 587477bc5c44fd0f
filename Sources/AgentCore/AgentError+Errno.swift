import Glibc

extension AgentError {
    /// Turns a failed system call into an error that names what was attempted and on what.
    ///
    /// - Parameters:
    ///   - errno: the error number, read right after the call (`man 3 errno`). An unknown one becomes `internalError`.
    ///   - operation: what the agent was doing, as a verb phrase: "open", "rename".
    ///   - path: the file it was done to.
    package static func system(errno: Int32, operation: String, path: String) -> AgentError {
        let reason = String(cString: strerror(errno)).lowercased()
        return AgentError(
            code(forErrno: errno), "cannot \(operation) \(path): \(reason)", cause: "errno \(errno)")
    }

    /// The one table from error numbers to codes.
    package static func code(forErrno errno: Int32) -> Code {
        switch errno {
        case ENOENT: .notFound
        case EEXIST, ENOTEMPTY, EBUSY, ETXTBSY: .conflict
        case EACCES, EPERM, EROFS: .permissionDenied
        case EINVAL, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, ENXIO, EXDEV: .invalidArgument
        case ENOSPC, EDQUOT, EFBIG: .insufficientStorage
        case EMFILE, ENFILE, ENOMEM, EAGAIN: .unavailable
        default: .internalError
        }
    }
}
