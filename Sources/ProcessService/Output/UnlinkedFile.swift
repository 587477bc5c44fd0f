import AgentCore
import Glibc

/// Files without a name: the space they take is free again once they are closed, however the agent ends.
enum UnlinkedFile {
    /// Creates an empty file in a directory. Blocks.
    static func create(in directory: String) throws(AgentError) -> OwnedDescriptor {
        var path = Array("\(directory)/guest-agent-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw AgentError.system(errno: errno, operation: "create a temporary file in", path: directory)
        }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return OwnedDescriptor(owning: descriptor)
    }
}
