import AgentCore
import Glibc

/// The names of users and groups, each looked up once: the databases are files that would otherwise be read for every
/// entry of a directory.
struct OwnerNames {
    private var users: [uid_t: String] = [:]
    private var groups: [gid_t: String] = [:]

    /// The name, or the number where there is no name or the database cannot be read. Blocks the first time.
    mutating func user(_ uid: uid_t) -> String {
        if let name = users[uid] { return name }
        let name = (try? UserEntry(uid: uid))?.name ?? "\(uid)"
        users[uid] = name
        return name
    }

    /// As `user`, for a group.
    mutating func group(_ gid: gid_t) -> String {
        if let name = groups[gid] { return name }
        let name = (try? GroupEntry(gid: gid))?.name ?? "\(gid)"
        groups[gid] = name
        return name
    }
}
