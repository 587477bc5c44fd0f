import Glibc

/// Which files with several names are in the archive already, and under which name.
///
/// Bounded: a file that no longer fits is packed once more under its next name instead.
struct HardLinkTable {
    /// Of all names held together, in bytes.
    private static let capacity = 8 << 20

    private struct Known {
        let path: [UInt8]
        var namesLeft: nlink_t
    }

    private var files: [FileIdentity: Known] = [:]
    private var bytes = 0

    /// The name under which the file went into the archive, or `nil` for its first name, `path`, which is kept.
    mutating func firstName(of status: stat, path: [UInt8]) -> [UInt8]? {
        guard status.st_nlink > 1 else { return nil }
        let identity = FileIdentity(status)
        guard var known = files[identity] else {
            remember(path, as: identity, names: status.st_nlink)
            return nil
        }
        known.namesLeft -= 1
        files[identity] = known.namesLeft > 0 ? known : nil
        if known.namesLeft == 0 { bytes -= known.path.count }
        return known.path
    }

    private mutating func remember(_ path: [UInt8], as identity: FileIdentity, names: nlink_t) {
        guard bytes + path.count <= Self.capacity else { return }
        bytes += path.count
        files[identity] = Known(path: path, namesLeft: names - 1)
    }
}
