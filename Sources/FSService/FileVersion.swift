package import AgentCore
import Glibc

/// Which file this is, and which state of it: equal versions mean equal content, but for what ``isSettled`` says.
package struct FileVersion: Sendable, Hashable {
    /// The coarsest clock a file system of Linux keeps times in is FAT's, in seconds.
    private static let coarsestClock: Int64 = 2

    package let device: UInt64
    package let inode: UInt64
    /// In bytes, as the kernel announces it.
    package let size: Int64
    /// May be set to anything by whoever owns the file.
    package let modificationTime: UnixTime
    /// When content, mode, owner or name last changed. The kernel's own, nobody can set it back (`man 7 inode`).
    package let changeTime: UnixTime
    /// Whether a further change is sure to have another `changeTime`: one within the same tick of the file system's
    /// clock would not show.
    package let isSettled: Bool

    /// - Parameter now: when `status` was read.
    init(status: stat, now: UnixTime) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modificationTime = UnixTime(status.st_mtim)
        changeTime = UnixTime(status.st_ctim)
        isSettled = changeTime.seconds + Self.coarsestClock < now.seconds
    }
}
