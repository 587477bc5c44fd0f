import AgentCore
import Glibc
import NIOCore

/// One file, directory or link as an archive describes it, checked.
struct UnpackEntry: Sendable {
    enum Content: Sendable {
        case directory
        /// `nil` when the archive does not say how many bytes follow.
        case file(size: Int64?)
        case symbolicLink(FilePath)
        /// Another name of a file that came before.
        case hardLink(EntryPath)
    }

    let path: EntryPath
    let content: Content
    let attributes: EntryAttributes
}

/// What a file gets once it is complete.
struct EntryAttributes: Sendable {
    let mode: FileMode
    /// `nil` leaves the time of unpacking.
    let modificationTime: timespec?

    /// Of directories that an archive implies and does not describe.
    static let impliedDirectory = EntryAttributes(mode: .newDirectory, modificationTime: nil)

    /// For `futimens`: the last access stays as it is.
    var times: [timespec]? {
        // UTIME_OMIT (`man 2 utimensat`), a macro that Swift does not import.
        modificationTime.map { [timespec(tv_sec: 0, tv_nsec: (1 << 30) - 2), $0] }
    }
}

/// A share of an archive, decompressed and checked, not on disk yet.
struct UnpackBatch: Sendable {
    enum Item: Sendable {
        case entry(UnpackEntry)
        /// The next `count` bytes of `data` go to `offset` of the file before. Between them there may be holes.
        case data(offset: Int64, count: Int)
    }

    var items: [Item] = []
    var data: ByteBuffer

    init(capacity: Int) {
        data = ByteBufferAllocator().buffer(capacity: capacity)
    }
}
