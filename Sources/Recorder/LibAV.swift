import AgentCore
import CLibAV

/// FFmpeg's libraries: loaded when something is recorded for the first time, and kept from then on.
///
/// Nothing of them is linked, so an agent that never records neither waits for them nor carries them, and starts on
/// a machine that has none.
enum LibAV {
    /// The functions of the libraries. The first call blocks for about 0.1 s, so it belongs on a thread that may
    /// block; others that ask meanwhile wait for it.
    ///
    /// Throws `unavailable` naming the packages to install; a later call tries again.
    static func load() throws(AgentError) -> ga_libav_functions {
        var missing: UnsafePointer<CChar>?
        guard let functions = ga_libav_load(&missing)?.pointee else { throw absent(missing) }
        // Its lines would go to standard error as they are. What matters arrives as an error code.
        functions.av_log_set_level(AV_LOG_QUIET)
        return functions
    }

    /// Looks for the libraries without loading them.
    ///
    /// Throws `unavailable` naming the packages to install.
    static func checkInstalled() throws(AgentError) {
        var missing: UnsafePointer<CChar>?
        guard ga_libav_is_installed(&missing) != 0 else { throw absent(missing) }
    }

    private static func absent(_ what: UnsafePointer<CChar>?) -> AgentError {
        .unavailable(
            "recording needs FFmpeg's libraries: install libavcodec59, libavformat59 and libswscale6",
            cause: what.map { String(cString: $0) })
    }
}

extension ga_libav_functions {
    /// Passes a result on, and turns a negative one into an error that says what was attempted.
    ///
    /// The numbers are negated errnos, or FFmpeg's own. No space is `insufficientStorage`, no memory `unavailable`;
    /// the rest is not for the client to put right: `internalError`.
    @discardableResult
    func check(_ result: Int32, _ operation: String) throws(AgentError) -> Int32 {
        guard result < 0 else { return result }
        throw AgentError(Self.code(result), "cannot \(operation): \(text(of: result))", cause: "libav error \(result)")
    }

    /// Passes an allocated object on. Throws `unavailable` when there is no memory for it.
    func require<Object>(_ object: Object?, _ operation: String) throws(AgentError) -> Object {
        guard let object else { throw .unavailable("cannot \(operation): out of memory") }
        return object
    }

    private static func code(_ result: Int32) -> AgentError.Code {
        switch AgentError.code(forErrno: ga_averror(result)) {
        case .insufficientStorage: .insufficientStorage
        case .unavailable: .unavailable
        case .permissionDenied: .permissionDenied
        default: .internalError
        }
    }

    private func text(of result: Int32) -> String {
        var bytes = [CChar](repeating: 0, count: 128)
        _ = av_strerror(result, &bytes, bytes.count)
        return String(cBuffer: bytes).lowercased()
    }
}
