import Glibc

/// Which file this is, whatever it is called now: two names with one identity are hard links to one file, as long as
/// one of them is there.
struct FileIdentity: Hashable, Sendable {
    private let device: dev_t
    private let inode: ino_t

    init(_ status: stat) {
        device = status.st_dev
        inode = status.st_ino
    }
}
