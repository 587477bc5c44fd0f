import AgentCore
import CLibAV

/// The functions of FFmpeg's libraries, loaded when the first recording begins.
///
/// SAFETY: the table is written once, before its address is handed out, and never changes or moves.
struct LibAV: @unchecked Sendable {
    let functions: UnsafePointer<ga_libav_functions>

    /// Loads the libraries on first use, which blocks for about 0.1 s: not for the cooperative pool.
    ///
    /// - Throws: `unavailable` naming the packages to install.
    static func load() throws(AgentError) -> LibAV {
        var missing: UnsafePointer<CChar>?
        guard let functions = ga_libav_load(&missing) else { throw absent(missing) }
        // Errors are reported by return value; the libraries' own chatter would go to stderr.
        functions.pointee.av_log_set_level(AV_LOG_QUIET)
        return LibAV(functions: functions)
    }

    /// Looks for the libraries without loading them.
    ///
    /// - Throws: `unavailable` naming the packages to install.
    static func checkInstalled() throws(AgentError) {
        var missing: UnsafePointer<CChar>?
        guard ga_libav_is_installed(&missing) != 0 else { throw absent(missing) }
    }

    private static func absent(_ what: UnsafePointer<CChar>?) -> AgentError {
        .unavailable(
            "recording needs FFmpeg's libraries: install libavcodec59, libavformat59 and libswscale6",
            cause: what.map { String(cString: $0) })
    }

    /// Turns a negative return value into an error that says what was being done.
    @discardableResult
    func check(_ result: Int32, _ operation: String) throws(AgentError) -> Int32 {
        guard result < 0 else { return result }
        var text = [CChar](repeating: 0, count: 128)
        _ = functions.pointee.av_strerror(result, &text, text.count)
        let reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        // libav passes error numbers of the system on, negated.
        let code = AgentError.code(forErrno: -result)
        throw AgentError(code, "cannot \(operation): \(reason.lowercased())", cause: "libav \(result)")
    }

    func require<Pointee>(_ pointer: UnsafeMutablePointer<Pointee>?, _ what: String) throws(AgentError)
        -> UnsafeMutablePointer<Pointee>
    {
        guard let pointer else { throw AgentError.unavailable("no memory for \(what)") }
        return pointer
    }
}
