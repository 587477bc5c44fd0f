import AgentCore
import CArchive
import Glibc

/// An archive that libarchive reads, freed with this object. One caller at a time.
final class ReadHandle {
    let pointer: OpaquePointer

    init() throws(AgentError) {
        guard let pointer = archive_read_new() else { throw .unavailable("no memory is left for an archive") }
        self.pointer = pointer
    }

    deinit { archive_read_free(pointer) }

    func check(_ result: Int32) throws(AgentError) {
        if result < ARCHIVE_WARN { throw failure() }
    }

    /// What libarchive found wrong. All it does is read our own file, so that what is wrong is the archive.
    func failure() -> AgentError {
        if archive_errno(pointer) == ENOMEM { return .unavailable("no memory is left to read the archive") }
        let reason = archive_error_string(pointer).map { String(cString: $0) } ?? "it cannot be read"
        return .invalidArgument("the archive is damaged: \(reason)")
    }
}
