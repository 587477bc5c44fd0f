package import Glibc

/// A user as the password database knows it (`man 5 passwd`, `man 3 getpwnam`).
package struct UserEntry: Sendable, Equatable {
    package let uid: uid_t
    /// The group the user logs in with.
    package let gid: gid_t
    package let name: String
    package let home: String

    /// Looks a user up by name. `nil` when there is none. Blocks while the database is read.
    package init?(named name: String) throws(AgentError) {
        let entry = try AccountDatabase.look(up: name, kind: "user") { buffer -> (Self?, errno: Int32) in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let error = getpwnam_r(name, &entry, &buffer, buffer.count, &found)
            return (found == nil ? nil : Self(entry), error)
        }
        guard let entry else { return nil }
        self = entry
    }

    /// As `init(named:)`, by number.
    package init?(uid: uid_t) throws(AgentError) {
        let entry = try AccountDatabase.look(up: "\(uid)", kind: "user") { buffer -> (Self?, errno: Int32) in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let error = getpwuid_r(uid, &entry, &buffer, buffer.count, &found)
            return (found == nil ? nil : Self(entry), error)
        }
        guard let entry else { return nil }
        self = entry
    }

    /// The strings are copied: `entry` points into a buffer that is about to go.
    private init(_ entry: passwd) {
        uid = entry.pw_uid
        gid = entry.pw_gid
        name = String(cString: entry.pw_name)
        home = String(cString: entry.pw_dir)
    }
}
