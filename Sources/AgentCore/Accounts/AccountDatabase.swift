import Glibc

/// What lookups of users and groups share: the buffer that grows, and the many ways to say "there is none".
enum AccountDatabase {
    /// What most entries fit into, in bytes.
    private static let firstCapacity = 4096

    /// Calls `read` with buffers of growing size until the entry fits.
    ///
    /// - Parameters:
    ///   - name: what is looked up, and `kind` of what, for messages.
    ///   - read: answers with the entry and the error number; neither means that there is no such entry.
    static func look<Entry>(
        up name: String, kind: String, _ read: (inout [CChar]) -> (Entry?, errno: Int32)
    ) throws(AgentError) -> Entry? {
        var capacity = firstCapacity
        while true {
            var buffer = [CChar](repeating: 0, count: capacity)
            let (entry, error) = read(&buffer)
            switch error {
            case ERANGE: capacity *= 2
            // Several error numbers mean "no such entry" (`man 3 getpwnam`).
            case 0, ENOENT, ESRCH, EBADF, EPERM: return entry
            default: throw .system(errno: error, operation: "look up the \(kind)", path: name)
            }
        }
    }
}
