import Glibc

/// Connects a socket to one of the machine's own that has a name (`man 7 unix`).
///
/// - Parameter path: of the file; starts with a zero byte for a name in the abstract namespace.
/// - Returns: as `connect(2)`; `errno` is `ENAMETOOLONG` for a path that no socket can have.
package func connectUnixSocket(_ descriptor: Int32, to path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count <= room else {
        errno = ENAMETOOLONG
        return -1
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
    }
}
