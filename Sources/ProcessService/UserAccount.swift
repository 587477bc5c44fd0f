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
        let entry = try PasswordEntry(user: String(parts[0]))
        let gid = parts.count == 2 ? try Self.group(parts[1]) : entry.gid
        self.uid = entry.uid
        self.gid = gid
        self.name = entry.name
        self.home = entry.home
        self.groups = Self.groups(of: entry.name, with: gid)
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

/// One line of the password database.
private struct PasswordEntry {
    let uid: uid_t
    let gid: gid_t
    let name: String
    let home: String

    init(user: String) throws(AgentError) {
        var capacity = 4096
        while true {
            let (entry, error) = Self.read(user, capacity: capacity)
            if let entry {
                self = entry
                return
            }
            guard error == ERANGE else { throw Self.failure(user, errno: error) }
            capacity *= 2
        }
    }

    private init(_ entry: passwd) {
        uid = entry.pw_uid
        gid = entry.pw_gid
        name = String(cString: entry.pw_name)
        home = String(cString: entry.pw_dir)
    }

    /// The entry, or the error number; 0 with no entry means that there is no such user.
    private static func read(_ user: String, capacity: Int) -> (PasswordEntry?, errno: Int32) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer -> (PasswordEntry?, errno: Int32) in
            guard let start = buffer.baseAddress else { return (nil, ENOMEM) }
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let error =
                if let uid = uid_t(user) {
                    getpwuid_r(uid, &entry, start, buffer.count, &found)
                } else {
                    getpwnam_r(user, &entry, start, buffer.count, &found)
                }
            return (found == nil ? nil : PasswordEntry(entry), error)
        }
    }

    /// Several error numbers mean "no such user" (`man 3 getpwnam`).
    private static func failure(_ user: String, errno: Int32) -> AgentError {
        switch errno {
        case 0, ENOENT, ESRCH, EBADF, EPERM: .invalidArgument("the user \"\(user)\" does not exist")
        default: .system(errno: errno, operation: "look up the user", path: user)
        }
    }
}
