import AgentCore
import CFileSystem
import Glibc

/// What is in a file, copied within the kernel.
enum FileData {
    /// Copies `length` bytes between regular files of any file systems. Holes stay holes (`man 2 lseek`, GA_SEEK_HOLE).
    /// Blocks.
    ///
    /// - Throws: `conflict` when `source` has become shorter; `insufficientStorage`.
    static func copy(
        from source: Descriptor, to target: Descriptor, length: Int64, path: FilePath
    ) throws(AgentError) {
        var position: Int64 = 0
        while position < length {
            let start = lseek(source.number, off_t(position), GA_SEEK_DATA)
            // ENXIO: nothing but a hole is left. EINVAL: the file system does not know holes.
            if start < 0, errno == ENXIO { break }
            position = start < 0 ? position : Int64(start)
            let hole = start < 0 ? -1 : lseek(source.number, off_t(position), GA_SEEK_HOLE)
            let end = hole < 0 ? length : min(Int64(hole), length)
            try copy(position..<end, from: source, to: target, path: path)
            position = end
        }
        try SystemCalls.check("write", path) { ftruncate(target.number, off_t(length)) }
    }

    private static func copy(
        _ range: Range<Int64>, from source: Descriptor, to target: Descriptor, path: FilePath
    ) throws(AgentError) {
        try SystemCalls.check("write", path) { lseek(target.number, off_t(range.lowerBound), SEEK_SET) }
        var offset = off_t(range.lowerBound)
        while offset < range.upperBound {
            let count = try SystemCalls.check("write", path) {
                sendfile(target.number, source.number, &offset, Int(range.upperBound) - offset)
            }
            guard count > 0 else { throw .conflict("cannot copy \(path): it was cut short meanwhile; try again") }
        }
    }
}
