import AgentCore
import Glibc

/// A user as the password and group databases know it (`man 5 passwd`, `man 3 getgrouplist`).
struct UserAccount: Equatable {
    let uid: uid_t
    let gid: gid_t
    /// All groups the user belongs to, `gid` among them.
    let groups: [gid_t]
    let name: String
    let home: String

    /// The variables that say whose session it is.
    var environment: [String: String] { ["HOME": home, "USER": name, "LOGNAME": name] }

    /// Looks up `name`, `uid`, `name:gid` or `uid:gid`. Blocks while the databases are read.
    ///
    /// - Throws: `invalidArgument` for a user that does not exist or a group that is not a number.
    init(_ specification: String) throws(AgentError) {
        let parts = specification.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let entry = try Self.user(String(parts[0]))
        let gid = parts.count == 2 ? try Self.group(parts[1]) : entry.gid
        self.uid = entry.uid
        self.gid = gid
        self.name = entry.name
        self.home = entry.home
        self.groups = Self.groups(of: entry.name, with: gid)
    }

    private static func user(_ text: String) throws(AgentError) -> UserEntry {
        let entry = if let uid = uid_t(text) { try UserEntry(uid: uid) } else { try UserEntry(named: text) }
        guard let entry else { throw .invalidArgument("the user \"\(text)\" does not exist") }
        return entry
    }

    private static func group(_ text: Substring) throws(AgentError) -> gid_t {
        guard let gid = gid_t(text) else {
            throw .invalidArgument("as_user has the group \"\(text)\"; after the colon it takes a numeric group id")
        }
        return gid
    }

    private static func groups(of name: String, with gid: gid_t) -> [gid_t] {
        var count: Int32 = 32
        while true {
            var groups = [gid_t](repeating: 0, count: Int(count))
            let capacity = count
            if getgrouplist(name, gid, &groups, &count) >= 0 { return Array(groups.prefix(Int(count))) }
            count = max(count, capacity * 2)
        }
    }
}
