import AgentCore
import Glibc

extension FileSystemService {
    /// Sets mode and, where given, owner and group. Links are followed.
    ///
    /// - Parameters:
    ///   - mode: setuid, setgid and sticky included; untouched by the umask.
    ///   - owner: the name of a user, or a number, which need not belong to anyone. `nil` or empty keeps the owner.
    ///   - group: as `owner`, for the group.
    /// - Throws: `notFound`; `invalidArgument` for a name that nobody has; `permissionDenied`. Nothing is changed then,
    ///   unless the mode alone is refused.
    package func setPermissions(
        of path: FilePath, mode: FileMode, owner: String? = nil, group: String? = nil
    ) async throws {
        try await blocking.run { () throws(AgentError) in
            let uid = try owner.flatMap { name throws(AgentError) in try Self.userID(name) } ?? Self.unchanged
            let gid = try group.flatMap { name throws(AgentError) in try Self.groupID(name) } ?? Self.unchanged
            if uid != Self.unchanged || gid != Self.unchanged {
                try SystemCalls.check("set the owner of", path) { path.withCString { chown($0, uid, gid) } }
            }
            // After the owner: changing that takes setuid and setgid away (`man 2 chown`).
            try SystemCalls.check("set the mode of", path) { path.withCString { chmod($0, mode.rawValue) } }
        }
    }

    /// -1, which `chown` takes for "leave it" (`man 2 chown`).
    private static var unchanged: uid_t { .max }

    private static func userID(_ text: String) throws(AgentError) -> uid_t? {
        if text.isEmpty { return nil }
        if let number = uid_t(text), number != unchanged { return number }
        guard let user = try UserEntry(named: text) else {
            throw .invalidArgument("owner: there is no user \"\(text)\"; give the name of a user or a number")
        }
        return user.uid
    }

    private static func groupID(_ text: String) throws(AgentError) -> gid_t? {
        if text.isEmpty { return nil }
        if let number = gid_t(text), number != unchanged { return number }
        guard let entry = try GroupEntry(named: text) else {
            throw .invalidArgument("group: there is no group \"\(text)\"; give the name of a group or a number")
        }
        return entry.gid
    }
}
