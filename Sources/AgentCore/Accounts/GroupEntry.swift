package import Glibc

/// A group as the group database knows it (`man 5 group`, `man 3 getgrnam`).
package struct GroupEntry: Sendable, Equatable {
    package let gid: gid_t
    package let name: String

    /// Looks a group up by name. `nil` when there is none. Blocks while the database is read.
    package init?(named name: String) throws(AgentError) {
        let entry = try AccountDatabase.look(up: name, kind: "group") { buffer -> (Self?, errno: Int32) in
            var entry = group()
            var found: UnsafeMutablePointer<group>?
            let error = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
            return (found == nil ? nil : Self(entry), error)
        }
        guard let entry else { return nil }
        self = entry
    }

    /// As `init(named:)`, by number.
    package init?(gid: gid_t) throws(AgentError) {
        let entry = try AccountDatabase.look(up: "\(gid)", kind: "group") { buffer -> (Self?, errno: Int32) in
            var entry = group()
            var found: UnsafeMutablePointer<group>?
            let error = getgrgid_r(gid, &entry, &buffer, buffer.count, &found)
            return (found == nil ? nil : Self(entry), error)
        }
        guard let entry else { return nil }
        self = entry
    }

    private init(_ entry: group) {
        gid = entry.gr_gid
        name = String(cString: entry.gr_name)
    }
}
