import NIOCore

/// One file, directory or link as it goes into an archive.
struct PackEntry: Sendable {
    enum Content: Sendable {
        case directory
        /// Exactly `size` bytes of data follow.
        case file(size: Int64)
        case symbolicLink(FilePath)
        /// Another name of a file that is in the archive already.
        case hardLink([UInt8])
    }

    /// Relative to the directory that is packed, without a slash at either end.
    let path: [UInt8]
    let content: Content
    /// Kind and permissions, as `st_mode` has them.
    let mode: UInt32
    let owner: UInt32
    let group: UInt32
    let modificationSeconds: Int
    let modificationNanoseconds: Int
}

/// A share of a tree, read from disk and not compressed yet: what passes from the reading to the compressing side.
struct PackBatch: Sendable {
    enum Item: Sendable {
        case entry(PackEntry)
        /// The next `count` bytes of `data` belong to the entry before.
        case data(count: Int)
    }

    var items: [Item] = []
    var data: ByteBuffer
    /// Whether it begins with more of the file that the share before ended in.
    let startsInFile: Bool
    /// Whether the next share goes on with the last file of this one.
    var endsInFile = false

    init(capacity: Int, startsInFile: Bool) {
        self.startsInFile = startsInFile
        data = ByteBufferAllocator().buffer(capacity: capacity)
    }
}
